using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Events_replay_in_order_and_byte_for_byte()
    {
        var story = New("a");
        JournalAppend[] appends = [story.Submit(At(0)), story.Assign(At(1)), story.Fail(At(2)), story.Tick(At(10))!, story.Assign(At(11)), story.Cancel(At(12))];
        await Write(appends);
        await Write(New("ab").Submit(At(0)), New("a", "other").Submit(At(0)));

        var rows = await Store.Journal.RowsAsync(story.PersistenceId);

        rows.Select(r => r.SequenceNr).ShouldBe(Enumerable.Range(1, 7).Select(n => (long)n));
        var written = appends.SelectMany(a => a.Rows).ToList();
        rows.Select(r => Convert.ToHexString(r.Message)).ShouldBe(written.Select(r => Convert.ToHexString(r.Message)));
        rows.Select(r => (r.Manifest, r.SerializerId, r.WriterUuid, r.Created)).ShouldBe(written.Select(r => (r.Manifest, r.SerializerId, r.WriterUuid, r.Created)));
    }

    [Fact]
    public async Task Many_that_recover_at_once_get_their_own_history_each()
    {
        var stories = Enumerable.Range(0, 500).Select(i => New($"p{i}")).ToList();
        await Write([.. stories.Select(s => s.Submit(At(0)))]);
        await Write([.. stories.Where((_, i) => i % 3 == 0).Select(s => s.Cancel(At(1)))]);

        var highest = await Task.WhenAll(stories.Select(s => Store.Journal.HighestAsync(s.PersistenceId)).Append(Store.Journal.HighestAsync("never")));
        var rows = await Task.WhenAll(stories.Select(s => Store.Journal.RowsAsync(s.PersistenceId)));

        highest.ShouldBe(Enumerable.Range(0, 500).Select(i => i % 3 == 0 ? 2L : 1).Append(0));
        for (var i = 0; i < stories.Count; i++)
        {
            rows[i].Select(r => r.SequenceNr).ShouldBe(i % 3 == 0 ? [1, 2] : [1]);
            rows[i].ShouldAllBe(r => r.WriterUuid == stories[i].Writer);
        }
    }

    [Fact]
    public async Task Nothing_is_known_of_an_entity_that_never_wrote()
    {
        (await Store.Journal.HighestAsync("p/default/nobody")).ShouldBe(0);
        (await Store.Journal.RowsAsync("p/default/nobody")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_highest_sequence_number_outlives_deletion()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)), story.Release(At(2)), story.Assign(At(3)));

        await Store.Journal.DeleteAsync(story.PersistenceId, 2);
        (await Store.Journal.RowsAsync(story.PersistenceId)).Select(r => r.SequenceNr).ShouldBe([3, 4]);
        (await Store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(4);

        await Store.Journal.DeleteAsync(story.PersistenceId, long.MaxValue);
        (await Store.Journal.RowsAsync(story.PersistenceId)).ShouldBeEmpty();
        (await Store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(4);
        Raw("SELECT count(*) FROM journal").ShouldBe(["1"], "Only the tombstone stays.");

        await Write(story.Complete(At(4)));
        (await Store.Journal.RowsAsync(story.PersistenceId)).Select(r => r.SequenceNr).ShouldBe([5]);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_changes_nothing()
    {
        var story = New("a");
        await Write(story.Submit(At(0)));

        await Store.Journal.DeleteAsync("p/default/nobody", 10);
        await Store.Journal.DeleteAsync(story.PersistenceId, 0);

        (await Store.Journal.RowsAsync(story.PersistenceId)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_recovery_waits_for_the_writes_of_its_entity_and_for_no_others()
    {
        GatedTarget gate = null!;
        Open(wrap: target => gate = new GatedTarget(target));
        var (writing, other) = (New("writing"), New("other"));
        await Write(writing.Submit(At(0)), other.Submit(At(0)));
        Task<Exception?> first = null!;
        await gate.CloseAsync(() => first = Store.Journal.AppendAsync(writing.Assign(At(1))));
        var second = Store.Journal.AppendAsync(writing.Release(At(2)));

        var highest = Store.Journal.HighestAsync(writing.PersistenceId);
        var replay = Store.Journal.RowsAsync(writing.PersistenceId);
        (await Store.Journal.HighestAsync(other.PersistenceId)).ShouldBe(1);
        (highest.IsCompleted || replay.IsCompleted).ShouldBeFalse("Its writes are still under way.");

        gate.OpenGate();
        (await first).ShouldBeNull();
        (await second).ShouldBeNull();
        (await highest).ShouldBe(3);
        (await replay).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Log_lines_under_way_do_not_hide_a_write_from_a_recovery()
    {
        GatedTarget gate = null!;
        Open(wrap: target => gate = new GatedTarget(target));
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)));
        Task<bool> log = null!;
        await gate.CloseAsync(() => log = Store.Rows.AppendLogAsync(story.Id, 1, [new LogLine(1, At(1), "stdout", "hello")]));
        var write = Store.Journal.AppendAsync(story.Complete(At(2)));
        await gate.PassOneAsync();
        (await log).ShouldBeTrue();

        var highest = Store.Journal.HighestAsync(story.PersistenceId);
        highest.IsCompleted.ShouldBeFalse();

        gate.OpenGate();
        (await write).ShouldBeNull();
        (await highest).ShouldBe(3);
    }

    [Fact]
    public async Task Writes_of_an_entity_keep_their_order_over_many_batches()
    {
        Open(new StoreOptions { BatchWorks = 3 });
        var stories = Enumerable.Range(0, 7).Select(i => New($"p{i}")).ToList();
        var writes = new List<Task<Exception?>>();
        foreach (var story in stories)
        {
            writes.Add(Store.Journal.AppendAsync(story.Submit(At(0))));
        }

        for (var round = 1; round < 60; round++)
        {
            foreach (var story in stories)
            {
                writes.Add(Store.Journal.AppendAsync(story.SetAttributes(At(round), ("round", $"{round}"))));
            }
        }

        (await Task.WhenAll(writes)).ShouldAllBe(outcome => outcome == null);
        foreach (var story in stories)
        {
            Raw($"SELECT sequence_number FROM journal WHERE persistence_id = '{story.PersistenceId}' ORDER BY ordering")
                .ShouldBe(Enumerable.Range(1, 60).Select(n => $"{n}"));
            (await Store.Read.FindAsync(story.Id))!.Attributes!["round"].ShouldBe("59");
        }
    }

    [Fact]
    public async Task An_append_stands_whole_or_not_at_all()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)));
        // Two events, of which the second has a number that is taken.
        await Write(Appends.Of("x/default/a", 2, "w", new ExecutorEvent.Removed { At = At(0), CommandId = "c" }));
        var two = Appends.Of("x/default/a", 1, "w", Registered("a", 1), Registered("a", 2));

        await Should.ThrowAsync<JournalWriteException>(() => Store.Journal.AppendAsync(two));

        Raw("SELECT sequence_number FROM journal WHERE persistence_id = 'x/default/a'").ShouldBe(["2"]);
        (await Store.Read.ExecutorAsync("default", "a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_sequence_number_is_written_once()
    {
        var story = New("a");
        await Write(story.Submit(At(0)));
        var (mine, theirs) = (story.Assign(At(1)), New("a"));
        await Write(mine);

        var again = await Should.ThrowAsync<JournalWriteException>(() => Store.Journal.AppendAsync(mine.Again("another-writer")));

        again.Message.ShouldContain(story.PersistenceId);
        (await Store.Journal.RowsAsync(story.PersistenceId))[1].WriterUuid.ShouldBe(story.Writer);
        Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(Expected.Row(story)));
        theirs.Events.ShouldBeEmpty();
    }

    private static ExecutorEvent.Registered Registered(string id, int at, params string[] types) => new()
    {
        At = At(at),
        CommandId = $"{id}-{at}",
        Capability = new Capability { Executor = id, Types = [.. types] },
    };
}
