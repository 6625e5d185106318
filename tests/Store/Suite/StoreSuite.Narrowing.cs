using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    private const int InOneBatch = 400;

    [Fact]
    public async Task A_failing_write_stops_its_own_entity_only()
    {
        GatedTarget gate = null!;
        Open(wrap: target => gate = new GatedTarget(target));
        var stories = Enumerable.Range(0, InOneBatch).Select(i => New($"p{i:000}")).ToList();
        await WriteAtOnce(Store, stories.Select(s => s.Submit(At(0))));
        var rows = Raw("SELECT * FROM process ORDER BY id");

        // Every tenth is a second writer's, every tenth belongs to a process that is not there, every tenth wants a slot that another has.
        var appends = stories.Select((story, i) => (i % 10) switch
        {
            3 => Twice(story),
            5 => Homeless(i),
            7 => story.Assign(At(1), "w", null, new SlotClaim("key", 1)),
            _ => story.Assign(At(1), "w"),
        }).ToList();
        var results = await InOneBatchAsync(gate, appends);

        for (var i = 0; i < InOneBatch; i++)
        {
            switch (i % 10)
            {
                case 3 or 5:
                    results[i].ShouldBeOfType<JournalWriteException>().Message.ShouldContain(appends[i].PersistenceId);
                    break;
                case 7 when i != 7:
                    results[i].ShouldBeOfType<SlotTakenException>().Slot.ShouldBe(1);
                    stories[i].Undo(appends[i]);
                    break;
                default:
                    results[i].ShouldBeNull();
                    break;
            }
        }

        foreach (var (story, i) in stories.Select((s, i) => (s, i)))
        {
            var written = i % 10 is 3 or 5 || (i % 10 == 7 && i != 7) ? 1 : 2;
            (await Store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(written, story.PersistenceId);
            if (written == 1)
            {
                Raw($"SELECT * FROM process WHERE id = '{story.Id.Id}'").ShouldBe([rows[i]]);
            }
        }

        (await Store.Read.SlotsAsync(new("default", "default"))).ShouldBe([new SlotRow("key", 1, stories[7].Id, 1)]);
        await CountsAreTheRows();
        await TheRowsAreWhatTheJournalSays();
    }

    [Fact]
    public async Task A_rejected_assignment_leaves_nothing_behind()
    {
        var (first, second) = (New("first"), New("second"));
        await Write(first.Submit(At(0)), second.Submit(At(0)), first.Assign(At(1), "w", null, new SlotClaim("", 1), new SlotClaim("key", 2)));
        var before = Dump();

        // Its first slot is free, its second is taken.
        var outcome = await Store.Journal.AppendAsync(second.Assign(At(2), "w", null, new SlotClaim("", 2), new SlotClaim("key", 2)));

        outcome.ShouldBeOfType<SlotTakenException>().ShouldSatisfyAllConditions(e => e.Key.ShouldBe("key"), e => e.Slot.ShouldBe(2));
        Dump().ShouldBe(before);
    }

    [Fact]
    public async Task A_rejected_process_is_assigned_as_soon_as_the_slot_is_free()
    {
        var (first, second) = (New("first"), New("second"));
        var slot = new SlotClaim("key", 1);
        await Write(first.Submit(At(0)), second.Submit(At(0)), first.Assign(At(1), "w", null, slot));
        var rejected = second.Assign(At(2), "w", null, slot);
        (await Store.Journal.AppendAsync(rejected)).ShouldNotBeNull();
        second.Undo(rejected);

        await Write(first.Complete(At(3)), second.Assign(At(4), "w", null, slot));

        (await Store.Read.SlotsAsync(new("default", "default"))).ShouldBe([new SlotRow("key", 1, second.Id, 1)]);
    }

    [Fact]
    public async Task Nothing_is_written_after_a_failed_event_of_the_same_entity()
    {
        GatedTarget gate = null!;
        Open(new() { BatchWorks = 4 }, target => gate = new GatedTarget(target));
        var (broken, healthy) = (New("broken"), New("healthy"));
        await Write(broken.Submit(At(0)), healthy.Submit(At(0)));
        var twice = Twice(broken);
        broken.Assign(At(1));
        var inTheSameBatch = broken.Release(At(2));
        var inTheNextBatch = broken.Assign(At(3));

        var results = await InOneBatchAsync(gate, [twice, inTheSameBatch, healthy.Assign(At(1)), healthy.Release(At(2)), inTheNextBatch, healthy.Assign(At(3))]);

        results.Select(r => r is JournalWriteException).ShouldBe([true, true, false, false, true, false]);
        gate.Batches[^1].Count.ShouldBe(1, "What cannot be written does not go to the database.");
        (await Store.Journal.HighestAsync(broken.PersistenceId)).ShouldBe(1);
        (await Store.Journal.HighestAsync(healthy.PersistenceId)).ShouldBe(4);

        // Its entity recovers and goes on.
        await Write(New("broken").Also(s => s.Submit(At(0))).Assign(At(4)));
        (await Store.Journal.HighestAsync(broken.PersistenceId)).ShouldBe(2);
    }

    [Fact]
    public async Task A_failing_statement_fails_for_who_asked_and_for_nobody_else()
    {
        GatedTarget gate = null!;
        Open(wrap: target => gate = new GatedTarget(target));
        var story = New("a");
        Task append = null!;
        Task file = null!;
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        append = Store.Journal.AppendAsync(story.Submit(At(0)));
        file = Store.Rows.CompleteFileAsync(4711, 1, "hash");
        gate.OpenGate();

        await append;
        await Should.ThrowAsync<JournalWriteException>(() => file);
        (await Store.Read.FindAsync(story.Id)).ShouldNotBeNull();
    }

    // Another instance of the entity has written this number already.
    private static JournalAppend Twice(Story story) => Appends.Of(story.PersistenceId, 1, "an-older-writer", story.Events[0]);

    private static JournalAppend Homeless(int i)
    {
        var story = New($"nowhere{i}");
        story.Submit(At(0));
        return story.Assign(At(1));
    }

    private async Task<IReadOnlyList<Exception?>> InOneBatchAsync(GatedTarget gate, IReadOnlyList<JournalAppend> appends)
    {
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        var writes = appends.Select(a => OutcomeAsync(Store.Journal.AppendAsync(a))).ToList();
        gate.OpenGate();
        return await Task.WhenAll(writes);
    }

    private static async Task<Exception?> OutcomeAsync(Task<Exception?> write)
    {
        try
        {
            return await write;
        }
        catch (Exception e) when (e is JournalWriteException or StoreUnavailableException)
        {
            return e;
        }
    }
}
