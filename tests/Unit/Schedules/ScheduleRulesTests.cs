using Muster.Engine.Schedules.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Schedules;

/// <summary>What a schedule does.</summary>
public sealed class ScheduleRulesTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ScheduleId Id = new("default", "s");

    private static readonly ScheduleSpec Hourly = new() { Every = TimeSpan.FromHours(1), Work = new() { Process = new ProcessSpec { Queue = "q" } } };

    private int _commands;

    [Fact]
    public void A_name_is_taken_once_unless_it_is_to_be_replaced()
    {
        var state = Made(Hourly);
        Refused(state, Put(Hourly)).Problem.ShouldBe(Problem.Conflict);
        var replaced = After(state, Put(Hourly with { Every = TimeSpan.FromHours(2) }, replace: true), T0.AddHours(5));
        (replaced.Progress.NextAt, replaced.CreatedAt, replaced.Anchor).ShouldBe((T0.AddHours(7), T0, T0.AddHours(5)));
        Refused(ScheduleState.Empty, Put(Hourly with { End = T0.AddMinutes(30) })).Problem.ShouldBe(Problem.Invalid);
        Refused(ScheduleState.Empty, Put(Hourly with { Cron = "0 0 30 2 *", Every = null })).Message.ShouldContain("never run");
        Refused(ScheduleState.Empty, new ScheduleCommand.Pause { Schedule = Id, CommandId = "p" }).Problem.ShouldBe(Problem.NotFound);
    }

    [Fact]
    public void A_repeated_command_changes_nothing()
    {
        var put = Put(Hourly);
        var state = After(ScheduleState.Empty, put);
        ScheduleRules.Decide(state, put, T0, true).ShouldBe(new ScheduleDecision.IsSo());
        var trigger = new ScheduleCommand.Trigger { Schedule = Id, CommandId = "t" };
        var happens = ScheduleRules.Decide(state, trigger, T0, true).ShouldBeOfType<ScheduleDecision.Happens>();
        ScheduleRules.Decide(state.With(happens.Event), trigger, T0.AddHours(1), true).ShouldBe(new ScheduleDecision.IsSo(happens.Work));
    }

    [Fact]
    public void A_slot_comes_once_and_never_early()
    {
        var state = Made(Hourly with { Overlap = OverlapPolicy.Allow });
        Tick(state, T0.AddHours(1).AddMilliseconds(-1)).ShouldBeNull();
        var came = Tick(state, T0.AddHours(1)).ShouldNotBeNull();
        came.Runs.ShouldHaveSingleItem().Slot.ShouldBe(T0.AddHours(1));
        came.Runs[0].Work.ShouldMatch("^[0-9a-f]{64}$");
        Tick(state.With(came), T0.AddHours(2).AddMilliseconds(-1)).ShouldBeNull();
        Tick(state, T0.AddHours(1).AddSeconds(1))!.Runs[0].Work.ShouldBe(came.Runs[0].Work, "The id is that of the slot, whenever it is seen.");
        Tick(state.With(came), T0.AddHours(2))!.Runs[0].Work.ShouldNotBe(came.Runs[0].Work);
    }

    [Fact]
    public void A_schedule_that_was_made_anew_has_other_work()
    {
        var again = After(ScheduleState.Empty, Put(Hourly with { Start = T0.AddHours(1) }), T0.AddMilliseconds(1));
        Tick(again, T0.AddHours(1))!.Runs[0].Slot.ShouldBe(T0.AddHours(1));
        Tick(again, T0.AddHours(1))!.Runs[0].Work.ShouldNotBe(Tick(Made(Hourly), T0.AddHours(1))!.Runs[0].Work);
    }

    [Theory]
    [InlineData(MissedPolicy.Last, 100, 10.5, "10", 9)]
    [InlineData(MissedPolicy.None, 100, 10.5, "", 10)]
    [InlineData(MissedPolicy.None, 100, 10.005, "10", 9)]
    [InlineData(MissedPolicy.All, 100, 3.5, "1 2 3", 0)]
    [InlineData(MissedPolicy.All, 2, 10.5, "9 10", 8)]
    [InlineData(MissedPolicy.Last, 100, 1.0001, "1", 0)]
    public void What_passed_while_nothing_ran_is_made_up_for_as_the_policy_says(MissedPolicy missed, int limit, double hours, string slots, int lost)
    {
        var state = Made(Hourly with { Missed = missed, MissedLimit = limit, Overlap = OverlapPolicy.Allow });
        var came = Tick(state, T0.AddHours(hours)).ShouldNotBeNull();
        string.Join(' ', came.Runs.Select(r => (r.Slot - T0).TotalHours)).ShouldBe(slots);
        (came.Missed, came.Progress.Missed).ShouldBe((lost, lost));
        came.Progress.NextAt.ShouldBe(T0.AddHours(Math.Floor(hours) + 1));
    }

    [Fact]
    public void A_busy_moment_loses_none_of_many_slots_that_come_close_together()
    {
        var state = Made(Hourly with { Every = TimeSpan.FromSeconds(1), Overlap = OverlapPolicy.Allow, Missed = MissedPolicy.None });
        Tick(state, T0.AddSeconds(3.5))!.Runs.Length.ShouldBe(2);
        Tick(state, T0.AddSeconds(2.9))!.Runs.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, 0, 3)]
    [InlineData(OverlapPolicy.Queue, 2, 1)]
    [InlineData(OverlapPolicy.Allow, 3, 0)]
    public void While_the_work_before_is_not_final_slots_do_as_the_policy_says(OverlapPolicy overlap, int queued, int skipped)
    {
        var state = Fired(Made(Hourly with { Overlap = overlap, MaxQueued = 2 }), T0.AddHours(1));
        for (var i = 2; i <= 4; i++)
        {
            state = state.With(Tick(state, T0.AddHours(i), free: false)!);
        }

        (state.Progress.Queue.Length, state.Progress.Skipped).ShouldBe((queued, skipped));
    }

    [Fact]
    public void A_run_that_waits_keeps_the_next_from_starting_before_it()
    {
        var state = Made(Hourly);
        state = state.With(Tick(state, T0.AddHours(1))!);
        Tick(state, T0.AddHours(2))!.Skipped.ShouldBe(1);
    }

    [Fact]
    public void What_passes_in_a_pause_never_runs()
    {
        var state = After(Made(Hourly with { Missed = MissedPolicy.All }), new ScheduleCommand.Pause { Schedule = Id, CommandId = Command() });
        (state.Progress.NextAt, state.Progress.WakeAt()).ShouldBe((null, null));
        Tick(state, T0.AddHours(3)).ShouldBeNull();
        state = After(state, new ScheduleCommand.Resume { Schedule = Id, CommandId = Command() }, T0.AddHours(3.5));
        state.Progress.NextAt.ShouldBe(T0.AddHours(4));
        Tick(state, T0.AddHours(4))!.Runs.ShouldHaveSingleItem().Slot.ShouldBe(T0.AddHours(4));
    }

    [Fact]
    public void A_trigger_runs_at_once_and_heeds_the_overlap_policy()
    {
        var state = Made(Hourly);
        var trigger = new ScheduleCommand.Trigger { Schedule = Id, CommandId = "t" };
        var happens = ScheduleRules.Decide(state, trigger, T0.AddMinutes(5), free: true).ShouldBeOfType<ScheduleDecision.Happens>();
        var came = happens.Event.ShouldBeOfType<ScheduleEvent.Came>();
        (came.Runs[0].Triggered, came.Progress.NextAt, came.Progress.WakeAt()).ShouldBe((true, T0.AddHours(1), T0.AddMinutes(5)));
        ScheduleRules.Decide(Fired(state, T0), trigger, T0, free: false).ShouldBeOfType<ScheduleDecision.Refused>().Problem.ShouldBe(Problem.Conflict);
        var queueing = Fired(Made(Hourly with { Overlap = OverlapPolicy.Queue }), T0);
        queueing = queueing.With(ScheduleRules.Decide(queueing, trigger, T0, free: false).ShouldBeOfType<ScheduleDecision.Happens>().Event);
        ScheduleRules.Decide(queueing, trigger with { CommandId = "t2" }, T0, free: false).ShouldBeOfType<ScheduleDecision.Refused>();
    }

    [Fact]
    public void A_refused_run_is_told_and_the_next_one_goes_on()
    {
        var state = Made(Hourly);
        state = state.With(Tick(state, T0.AddHours(1))!);
        var run = state.Progress.Queue[0];
        state = state.With(ScheduleRules.Rejected(state, run, "no", T0.AddHours(1)));
        (state.Progress.Rejected, state.Progress.Reason, state.Progress.Queue.Length, state.Progress.LastWork).ShouldBe((1, "no", 0, null));
        Tick(state, T0.AddHours(2))!.Runs.Length.ShouldBe(1);
    }

    private static ScheduleState Fired(ScheduleState state, DateTimeOffset at) => state.With(ScheduleRules.Fired(state, new ScheduledRun { Slot = at, Work = "before" }, at)) is var s && state.Progress.NextAt > at
        ? s
        : s with { Progress = s.Progress with { NextSlot = at.AddHours(1), NextAt = at.AddHours(1) } };

    private static ScheduleEvent.Came? Tick(ScheduleState state, DateTimeOffset now, bool free = true) => ScheduleRules.Tick(Id, state, ScheduleRules.TimetableOf(Id, state), now, free);

    private ScheduleState Made(ScheduleSpec spec) => After(ScheduleState.Empty, Put(spec));

    private ScheduleCommand.Put Put(ScheduleSpec spec, bool replace = false) => new() { Schedule = Id, CommandId = Command(), Spec = spec, Replace = replace };

    private static ScheduleState After(ScheduleState state, ScheduleCommand command, DateTimeOffset? at = null) =>
        state.With(ScheduleRules.Decide(state, command, at ?? T0, free: true).ShouldBeOfType<ScheduleDecision.Happens>().Event);

    private static ScheduleDecision.Refused Refused(ScheduleState state, ScheduleCommand command) => ScheduleRules.Decide(state, command, T0, free: true).ShouldBeOfType<ScheduleDecision.Refused>();

    private string Command() => $"c{++_commands}";
}
