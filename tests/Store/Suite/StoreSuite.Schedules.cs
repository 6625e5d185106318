using System.Text.Json;
using Muster.Engine.Generators.Rules;
using Muster.Engine.Schedules.Rules;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    private static readonly WorkTemplate Template = new() { Process = new ProcessSpec { Queue = "q", Func = "f" } };

    [Fact]
    public async Task A_schedule_stands_in_its_row_as_its_events_say()
    {
        var id = new ScheduleId("default", "nightly");
        await Write(Appends.Of(PersistenceIds.Of(id), 1, "w", Defined(id, At(0))));
        var row = (await Store.Read.ScheduleAsync(id))!;
        (row.Spec.Cron, row.Progress.NextAt, row.CreatedAt, row.CreatedBy, row.Anchor).ShouldBe(("0 2 * * *", At(7_200), At(0), "ada", At(0)));

        var run = new ScheduledRun { Slot = At(7_200), Work = "w1" };
        await Write(Appends.Of(PersistenceIds.Of(id), 2, "w", new ScheduleEvent.Came
        {
            At = At(7_200),
            CommandId = "clock",
            Runs = [run],
            Missed = 2,
            Progress = new() { NextSlot = At(93_600), NextAt = At(93_601), Queue = [run], Missed = 2 },
        }));
        row = (await Store.Read.ScheduleAsync(id))!;
        (row.Progress.NextSlot, row.Progress.NextAt, row.Progress.Missed, row.UpdatedAt).ShouldBe((At(93_600), At(93_601), 2, At(7_200)));
        row.Progress.Queue.ShouldHaveSingleItem().ShouldBe(run);
        (await Store.Read.DueAsync(At(7_201), 10)).ShouldHaveSingleItem().ShouldBe(new DueRow(new("default", "nightly"), Messages.Shards.Of(id.ToString(), 128), At(7_200), DueKind.Schedule));

        var last = new ScheduleProgress { NextSlot = At(93_600), NextAt = At(93_601), Fired = 1, Skipped = 3, LastAt = At(7_201), LastSlot = At(7_200), LastWork = "w1", Reason = "no" };
        await Write(Appends.Of(PersistenceIds.Of(id), 3, "w", new ScheduleEvent.Fired { At = At(7_201), CommandId = "clock", Run = run, Progress = last }));
        (await Store.Read.ScheduleAsync(id))!.Progress.ShouldBe(last with { Queue = (await Store.Read.ScheduleAsync(id))!.Progress.Queue });
        (await Store.Read.DueAsync(At(93_601), 10)).ShouldBeEmpty();
        (await Store.Read.DueAsync(At(93_602), 10)).ShouldHaveSingleItem();

        await Write(Appends.Of(PersistenceIds.Of(id), 4, "w", new ScheduleEvent.Paused { At = At(8_000), CommandId = "p", Progress = last with { Paused = true } }));
        (await Store.Read.ScheduleAsync(id))!.Progress.Paused.ShouldBeTrue();
        (await Store.Read.DueAsync(At(1_000_000), 10)).ShouldBeEmpty("Nothing wakes a schedule in a pause.");

        await Write(Appends.Of(PersistenceIds.Of(id), 5, "w", new ScheduleEvent.Removed { At = At(8_001), CommandId = "r", Progress = new() }));
        (await Store.Read.ScheduleAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Schedules_and_generators_are_listed_by_namespace_a_page_after_the_other()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            var (schedule, generator) = (new ScheduleId("default", name), new GeneratorId("default", name));
            await Write(Appends.Of(PersistenceIds.Of(schedule), 1, "w", Defined(schedule, At(0))), Appends.Of(PersistenceIds.Of(generator), 1, "w", Created(generator, At(0))));
        }

        var other = new ScheduleId("other", "a");
        await Write(Appends.Of(PersistenceIds.Of(other), 1, "w", Defined(other, At(0))));

        (await Store.Read.SchedulesAsync("default", null, 2)).Select(s => s.Id.Id).ShouldBe(["a", "b"]);
        (await Store.Read.SchedulesAsync("default", "b", 2)).Select(s => s.Id.Id).ShouldBe(["c"]);
        (await Store.Read.SchedulesAsync("other", null, 2)).Select(s => s.Id.Id).ShouldBe(["a"]);
        (await Store.Read.GeneratorsAsync("default", null, 2)).Select(s => s.Id.Id).ShouldBe(["a", "b"]);
        (await Store.Read.GeneratorsAsync("default", "b", 2)).Select(s => s.Id.Id).ShouldBe(["c"]);
        (await Store.Read.GeneratorsAsync("other", null, 2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_generator_stands_in_its_row_as_its_events_say()
    {
        var id = new GeneratorId("default", "batch");
        await Write(Appends.Of(PersistenceIds.Of(id), 1, "w", Created(id, At(0))));
        (await Store.Read.GeneratorAsync(id))!.Spec.Count.ShouldBe(3);
        (await Store.Read.DueAsync(At(1_000_000), 10)).ShouldBeEmpty();

        var packed = new GeneratorProgress { Waiting = 2, FirstAt = At(1), NextAt = At(61), Packed = 2 };
        await Write(Appends.Of(PersistenceIds.Of(id), 2, "w", new GeneratorEvent.Packed { At = At(1), CommandId = "p", Args = [Json("1"), Json("2")], Progress = packed }));
        (await Store.Read.GeneratorAsync(id))!.Progress.ShouldBe(packed);
        (await Store.Read.DueAsync(At(62), 10)).ShouldHaveSingleItem().ShouldBe(new DueRow(new("default", "batch"), Messages.Shards.Of(id.ToString(), 128), At(61), DueKind.Generator));

        var run = new GeneratorRun { Number = 1, Take = 2, Work = "w1" };
        var ran = new GeneratorProgress { Pending = 1, LastAt = At(61), LastRun = 1, Packed = 2 };
        await Write(Appends.Of(PersistenceIds.Of(id), 3, "w", new GeneratorEvent.Ran { At = At(61), CommandId = "clock", Run = run, Progress = ran }));
        (await Store.Read.GeneratorAsync(id))!.Progress.ShouldBe(ran);
        (await Store.Read.DueAsync(At(62), 10)).ShouldHaveSingleItem().Due.ShouldBe(At(61), "A run that waits to be submitted is looked after.");

        await Write(Appends.Of(PersistenceIds.Of(id), 4, "w", new GeneratorEvent.Removed { At = At(70), CommandId = "r", Progress = new() }));
        (await Store.Read.GeneratorAsync(id)).ShouldBeNull();
    }

    private async Task WriteSchedulesAndGenerators()
    {
        var (schedule, gone, generator) = (new ScheduleId("default", "s1"), new ScheduleId("default", "s2"), new GeneratorId("default", "g1"));
        var run = new ScheduledRun { Slot = At(1), Work = "w1" };
        var state = ScheduleState.Empty.With(Defined(schedule, At(0)));
        await Write(
            Appends.Of(PersistenceIds.Of(schedule), 1, "w", Defined(schedule, At(0)), ScheduleRules.Fired(state, run, At(2)), Defined(schedule, At(3)), ScheduleRules.Rejected(state, run, "no", At(4))),
            Appends.Of(PersistenceIds.Of(gone), 1, "w", Defined(gone, At(0)), new ScheduleEvent.Removed { At = At(1), CommandId = "r", Progress = new() }),
            Appends.Of(
                PersistenceIds.Of(generator), 1, "w", Created(generator, At(0)),
                new GeneratorEvent.Packed { At = At(1), CommandId = "p", Args = [Json("1")], Progress = new() { Waiting = 1, FirstAt = At(1), NextAt = At(61), Packed = 1 } }));
    }

    private static ScheduleEvent.Defined Defined(ScheduleId id, DateTimeOffset at)
    {
        var put = new ScheduleCommand.Put { Schedule = id, CommandId = $"put-{at:O}", By = "ada", Spec = new ScheduleSpec { Cron = "0 2 * * *", Work = Template }, Replace = true };
        return (ScheduleEvent.Defined)ScheduleRules.Decide(ScheduleState.Empty, put, at, free: true).ShouldBeOfType<ScheduleDecision.Happens>().Event;
    }

    private static GeneratorEvent Created(GeneratorId id, DateTimeOffset at) => GeneratorRules.Decide(
        new GeneratorState(), new GeneratorCommand.Create { Generator = id, CommandId = "c", Spec = new GeneratorSpec { Count = 3, Timeout = TimeSpan.FromMinutes(1), Work = Template } }, at).Event!;

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
