using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class AttemptTests
{
    [Fact]
    public void An_offer_makes_an_attempt_with_a_lease_and_a_time_to_run()
    {
        var life = Life.Waiting(new Limits { Lease = TimeSpan.FromSeconds(30), MaxExec = TimeSpan.FromSeconds(90) });
        life.Pass(5);

        life.Offer("demand", new SlotClaim("", 1));

        var assigned = life.Events[^1].ShouldBeOfType<ProcessEvent.Assigned>();
        assigned.Attempt.ShouldBe(1);
        assigned.Executor.ShouldBe("x");
        assigned.Demand.ShouldBe("demand");
        assigned.LeaseUntil.ShouldBe(Life.Start.AddSeconds(35));
        assigned.ExecUntil.ShouldBe(Life.Start.AddSeconds(95));
        assigned.NextDeadline.ShouldBe(Life.Start.AddSeconds(35));
        assigned.Slots.ShouldBe([new SlotClaim("", 1)]);
    }

    [Fact]
    public void A_second_offer_is_refused_while_an_attempt_is_live()
    {
        var life = Life.Running();

        life.Offer("another").ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);

        life.State.Demand.ShouldBe("d");
        life.State.Attempt.ShouldBe(1);
    }

    [Fact]
    public void The_same_complete_again_is_accepted_and_a_different_one_refused()
    {
        var life = Life.Running();
        life.Complete(hash: "h");

        life.Complete(hash: "h").ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();
        life.Complete(hash: "other").ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
        life.State.ResultHash.ShouldBe("h");
        life.Events.OfType<ProcessEvent.Succeeded>().ShouldHaveSingleItem();
    }

    [Fact]
    public void An_attempt_that_reached_nobody_is_given_back_only_while_its_worker_is_silent()
    {
        var life = Life.Running();
        life.Release(undelivered: true).ShouldBeOfType<Decision.Happens>();
        foreach (Action speak in new Action[] { () => life.Heartbeat(), () => life.Progress(), () => life.Log() })
        {
            life.Offer();
            speak();
            life.Release(undelivered: true).ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
            life.State.Status.ShouldBe(ProcessStatus.Running);
            life.Release().ShouldBeOfType<Decision.Happens>();
        }

        life.Offer();
        life.Release(undelivered: true).ShouldBeOfType<Decision.Happens>("the next attempt is another one");
        life.State.Counted.ShouldBe(0);
    }

    [Fact]
    public void An_older_attempt_cannot_complete_fail_heartbeat_log_or_be_given_back()
    {
        var life = Life.Running();
        life.Release();
        life.Offer();
        var before = life.State;

        Func<Decision>[] late =
        [
            () => life.Complete(1), () => life.Fail(1), () => life.Heartbeat(1), () => life.Progress(1), () => life.Log(1), () => life.Release(1), () => life.WorkerLost(1),
        ];
        foreach (var command in late)
        {
            command().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
        }

        life.State.ShouldBeSameAs(before);
    }

    [Fact]
    public void An_attempt_that_never_was_is_refused() => Life.Running().Complete(2).ShouldBeOfType<Decision.Refused>().Message.ShouldContain("no attempt 2");

    [Fact]
    public void A_release_costs_no_retry_and_the_process_waits_again_at_once()
    {
        var life = Life.Waiting(new Limits { MaxRetries = 0 });

        for (var i = 1; i <= 5; i++)
        {
            life.Offer();
            life.Release(i);
            life.Status.ShouldBe(ProcessStatus.Waiting);
        }

        life.State.Counted.ShouldBe(0);
        life.State.Attempt.ShouldBe(5);
    }

    [Fact]
    public void The_places_of_an_attempt_come_back_with_its_end()
    {
        var life = Life.Waiting();
        life.Offer("d", new SlotClaim("", 3), new SlotClaim("k:key", 1));

        life.Release();

        life.Events[^1].ShouldBeOfType<ProcessEvent.AttemptEnded>().Slots.ShouldBe([new SlotClaim("", 3), new SlotClaim("k:key", 1)]);
        life.State.Slots.ShouldBeEmpty();
    }

    [Fact]
    public void Heartbeat_progress_and_log_each_extend_the_lease_without_an_event()
    {
        var life = Life.Running(new Limits { Lease = TimeSpan.FromSeconds(10) });
        Func<Decision>[] signs = [() => life.Heartbeat(), () => life.Progress(), () => life.Log()];
        var events = life.Events.Count;

        foreach (var sign in signs)
        {
            life.Pass(9);
            life.Tick().ShouldBeOfType<Decision.Stays>();
            sign().ShouldBeOfType<Decision.Stays>().Cancel.ShouldBeFalse();
            life.State.LeaseUntil.ShouldBe(life.Now.AddSeconds(10));
        }

        life.Events.Count.ShouldBe(events);
    }

    [Fact]
    public void An_attempt_without_a_lease_may_be_silent_for_ever()
    {
        var life = Life.Running(new Limits { Lease = TimeSpan.Zero });

        life.Heartbeat();
        life.Pass(TimeSpan.FromDays(1000));

        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.State.LeaseUntil.ShouldBeNull();
    }

    [Fact]
    public void After_a_recovery_an_attempt_has_time_for_a_heartbeat_its_lease_or_30_s_or_half_a_long_lease()
    {
        var life = Life.Running(new Limits { Lease = TimeSpan.FromMinutes(5) });
        var after = life.Now.AddHours(1);
        Deadlines.AfterRecovery(life.State, after).LeaseUntil.ShouldBe(after.AddSeconds(150), "half the lease, so that a heartbeat at a third of it comes in time");
        Deadlines.AfterRecovery(life.State, life.Now.AddSeconds(1)).LeaseUntil.ShouldBe(life.Now.AddMinutes(5));

        var brief = Life.Running(new Limits { Lease = TimeSpan.FromSeconds(7) });
        Deadlines.AfterRecovery(brief.State, after).LeaseUntil.ShouldBe(after.AddSeconds(7));

        var without = Life.Running(new Limits { Lease = TimeSpan.Zero });
        Deadlines.AfterRecovery(without.State, after).LeaseUntil.ShouldBeNull();
        var waiting = Life.Waiting();
        Deadlines.AfterRecovery(waiting.State, after).ShouldBeSameAs(waiting.State);
    }

    [Fact]
    public void Attempt_numbers_go_on_rising_whatever_ends_an_attempt()
    {
        var life = Life.Running(new Limits { Retry = new RetryPolicy { Delay = TimeSpan.Zero }, Lease = TimeSpan.FromSeconds(1) });
        life.Release();
        life.Offer();
        life.Fail();
        life.Offer();
        life.Pass(1);
        life.Tick();
        life.Offer();
        life.WorkerLost();
        life.Offer();
        life.Complete();
        life.Retry();
        life.Offer();

        life.Events.OfType<ProcessEvent.Assigned>().Select(e => e.Attempt).ShouldBe([1, 2, 3, 4, 5, 6]);
        life.Events.OfType<ProcessEvent.AttemptEnded>().Select(e => e.Outcome)
            .ShouldBe([AttemptOutcome.Released, AttemptOutcome.Failed, AttemptOutcome.LeaseLost, AttemptOutcome.WorkerLost]);
    }
}
