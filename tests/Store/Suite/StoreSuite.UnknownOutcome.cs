using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task A_write_whose_outcome_is_unknown_stands_exactly_once(int seed)
    {
        var random = new Random(seed);
        FaultyTarget target = null!;
        Open(wrap: real => target = new FaultyTarget(real));
        target.OnWrite = _ => random.Next(10) switch { 0 => FaultyTarget.Fault.Before, 1 => FaultyTarget.Fault.After, _ => FaultyTarget.Fault.None };
        target.OnFind = () => random.Next(4) != 0;

        // Every append must be acknowledged, exactly once because a task ends once, and the life goes on only then.
        var life = new RandomLife(seed, T0);
        for (var i = 0; i < 40 || target.Failures < 10; i++)
        {
            await WriteAtOnce(Store, life.Wave(30));
        }

        foreach (var story in life.Stories)
        {
            (await Store.Journal.RowsAsync(story.PersistenceId)).Select(r => r.SequenceNr)
                .ShouldBe(Enumerable.Range(1, story.Events.Count).Select(n => (long)n), story.PersistenceId);
            Shape(await Store.Read.FindAsync(story.Id)).ShouldBe(Shape(Expected.Row(story)));
        }

        await CountsAreTheRows();
        await TheRowsAreWhatTheJournalSays();
    }

    [Fact]
    public async Task While_the_store_is_away_work_is_held_and_then_written()
    {
        var away = true;
        FaultyTarget target = null!;
        Open(wrap: real => target = new FaultyTarget(real));
        target.OnWrite = _ => Volatile.Read(ref away) ? FaultyTarget.Fault.Before : FaultyTarget.Fault.None;
        target.OnFind = () => !Volatile.Read(ref away);

        var stories = Enumerable.Range(0, 50).Select(i => New($"p{i}")).ToList();
        var writes = stories.Select(s => Store.Journal.AppendAsync(s.Submit(At(0)))).ToList();
        await Eventually.Holds(() => Store.Gauge.StoreAway, "the gauge says that the store is away");
        Store.Gauge.Refusal().ShouldBe(Problem.Busy);
        (await Store.PingAsync()).ShouldBeFalse();
        writes.ShouldAllBe(w => !w.IsCompleted);
        (await Store.Read.FindAsync(stories[0].Id)).ShouldBeNull("Reads go on.");

        Volatile.Write(ref away, false);
        (await Task.WhenAll(writes)).ShouldAllBe(outcome => outcome == null);
        Store.Gauge.Refusal().ShouldBeNull();
        (await Store.PingAsync()).ShouldBeTrue();
        (await Store.Read.CountAsync(new() { Namespace = "default" })).ShouldBe(50);
    }

    [Fact]
    public async Task Closing_while_the_store_is_away_ends_and_says_so()
    {
        FaultyTarget target = null!;
        var store = Open(new() { BatchWorks = 2 }, real => target = new FaultyTarget(real));
        target.OnWrite = _ => FaultyTarget.Fault.Before;
        target.OnFind = () => false;
        var writes = Enumerable.Range(0, 20).Select(i => store.Journal.AppendAsync(New($"p{i}").Submit(At(0)))).ToList();
        await Eventually.Holds(() => store.Gauge.StoreAway, "the gauge says that the store is away");

        await store.DisposeAsync();

        foreach (var write in writes)
        {
            await Should.ThrowAsync<StoreUnavailableException>(() => write);
        }
    }

    [Fact]
    public async Task Closing_after_an_unknown_outcome_acknowledges_what_stands()
    {
        FaultyTarget target = null!;
        var store = Open(wrap: real => target = new FaultyTarget(real));
        var found = false;
        target.OnWrite = _ => FaultyTarget.Fault.After;
        target.OnFind = () => Volatile.Read(ref found);
        var write = store.Journal.AppendAsync(New("a").Submit(At(0)));
        await Eventually.Holds(() => store.Gauge.StoreAway, "the gauge says that the store is away");

        Volatile.Write(ref found, true);
        await store.DisposeAsync();

        (await write).ShouldBeNull();
    }

    [Fact]
    public async Task What_stood_already_is_not_done_again_after_later_events()
    {
        FaultyTarget target = null!;
        GatedTarget gate = null!;
        Open(wrap: real => gate = new GatedTarget(target = new FaultyTarget(real)));
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)));
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        var touch = Store.Rows.TouchAsync(story.Id, At(100), null, 0.5, "half");
        var complete = Store.Journal.AppendAsync(story.Complete(At(2)));
        var queue = Store.Rows.PutQueueAsync(new("default", "q"), new() { MaxRunning = 3 }, At(2));
        var lost = 0;
        target.OnWrite = batch => batch.Any(w => w.Append is not null) && lost++ == 0 ? FaultyTarget.Fault.After : FaultyTarget.Fault.None;
        gate.OpenGate();

        await Task.WhenAll(touch, complete, queue);

        lost.ShouldBe(1, "The batch was found and not written again.");
        var row = (await Store.Read.FindAsync(story.Id))!;
        row.NextDeadline.ShouldBeNull("A final process has nothing to do.");
        row.Progress.ShouldBe(0.5);
        (await Store.Read.QueueSettingsAsync(new("default", "q")))!.MaxRunning.ShouldBe(3);
    }

    [Fact]
    public async Task A_mistake_in_the_store_stops_the_entities_of_that_batch_and_not_the_writer()
    {
        FaultyTarget target = null!;
        Open(wrap: real => target = new FaultyTarget(real));
        var (unlucky, lucky) = (New("unlucky"), New("lucky"));
        target.OnWrite = batch => batch.Any(w => w.PersistenceId == unlucky.PersistenceId) ? FaultyTarget.Fault.Bug : FaultyTarget.Fault.None;

        await Should.ThrowAsync<JournalWriteException>(() => Store.Journal.AppendAsync(unlucky.Submit(At(0))));

        (await Store.Journal.HighestAsync(unlucky.PersistenceId)).ShouldBe(0);
        await Write(lucky.Submit(At(0)));
        Store.Gauge.QueuedBytes.ShouldBe(0);
        Store.Gauge.Refusal().ShouldBeNull();
    }

    [Fact]
    public async Task A_rejection_is_decided_again_after_an_unknown_outcome()
    {
        FaultyTarget target = null!;
        Open(wrap: real => target = new FaultyTarget(real));
        var (first, second) = (New("first"), New("second"));
        var slot = new SlotClaim("key", 1);
        await Write(first.Submit(At(0)), second.Submit(At(0)), first.Assign(At(1), "w", null, slot));
        var failures = 0;
        target.OnWrite = _ => failures++ < 3 ? FaultyTarget.Fault.After : FaultyTarget.Fault.None;

        (await Store.Journal.AppendAsync(second.Assign(At(2), "w", null, slot))).ShouldBeOfType<SlotTakenException>();

        (await Store.Journal.HighestAsync(second.PersistenceId)).ShouldBe(1);
    }
}
