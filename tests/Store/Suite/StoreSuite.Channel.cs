using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_full_channel_refuses_submits_and_never_a_write()
    {
        GatedTarget gate = null!;
        Open(new StoreOptions { ChannelBytes = 100_000 }, target => gate = new GatedTarget(target));
        var stories = Enumerable.Range(0, 300).Select(i => New($"p{i:000}")).ToList();
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        Store.Gauge.Refusal().ShouldBeNull();

        // Whoever does not ask the gauge gets through, far beyond the bound.
        var writes = stories.Select(s => Store.Journal.AppendAsync(s.Submit(At(0)))).ToList();
        Store.Gauge.QueuedBytes.ShouldBeGreaterThan(100_000);
        Store.Gauge.Refusal().ShouldBe(Problem.Busy);
        gate.OpenGate();

        (await Task.WhenAll(writes)).ShouldAllBe(outcome => outcome == null);
        (await Store.Read.CountAsync(new() { Namespace = "default" })).ShouldBe(300);
        Store.Gauge.QueuedBytes.ShouldBe(0);
        Store.Gauge.Refusal().ShouldBeNull();
    }

    [Fact]
    public async Task A_batch_that_takes_too_long_refuses_submits()
    {
        GatedTarget gate = null!;
        Open(new StoreOptions { MaxAge = TimeSpan.FromMilliseconds(20) }, target => gate = new GatedTarget(target));
        Task<Exception?> write = null!;
        await gate.CloseAsync(() => write = Store.Journal.AppendAsync(New("a").Submit(At(0))));

        await Eventually.Holds(() => Store.Gauge.Refusal() == Problem.Busy, "the gauge refuses");
        gate.OpenGate();

        (await write).ShouldBeNull();
        await Eventually.Holds(() => Store.Gauge.Refusal() is null, "the gauge refuses no more");
    }

    [Fact]
    public async Task A_full_log_channel_takes_nothing_and_does_not_touch_submits()
    {
        GatedTarget gate = null!;
        Open(new StoreOptions { LogChannelBytes = 10_000, ChannelBytes = 5_000 }, target => gate = new GatedTarget(target));
        var story = New("a");
        await Write(story.Submit(At(0)), story.Assign(At(1)));
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));

        var taken = Enumerable.Range(0, 4).Select(i => Store.Rows.AppendLogAsync(story.Id, 1, Lines(i * 10, 10, 200))).ToList();
        Store.Gauge.Refusal().ShouldBeNull("Logs have a channel of their own.");
        taken[3].IsCompleted.ShouldBeTrue("It is refused at once.");
        (await taken[3]).ShouldBeFalse();
        gate.OpenGate();

        (await Task.WhenAll(taken[..3])).ShouldAllBe(t => t);
        (await Store.Read.LogsAsync(story.Id, 0, 0, 1000)).Select(l => l.Line.Sequence).ShouldBe(Enumerable.Range(0, 30).Select(i => (long)i));
        (await Store.Rows.AppendLogAsync(story.Id, 1, Lines(30, 10, 200))).ShouldBeTrue("There is room again.");
    }

    [Fact]
    public async Task A_piece_of_log_beyond_the_bound_gets_through_when_nothing_else_waits()
    {
        Open(new StoreOptions { LogChannelBytes = 1_000, LogBatchBytes = 500 });

        (await Store.Rows.AppendLogAsync(new("default", "a"), 1, Lines(0, 10, 1_000))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_batch_keeps_to_its_bounds()
    {
        GatedTarget gate = null!;
        var options = new StoreOptions { BatchWorks = 50, BatchBytes = 100_000, LogBatchBytes = 5_000 };
        Open(options, target => gate = new GatedTarget(target));
        var running = New("running");
        await Write(running.Submit(At(0)), running.Assign(At(1)));
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        var before = gate.Batches.Count;

        var works = new List<Task>();
        for (var i = 0; i < 200; i++)
        {
            works.Add(Store.Journal.AppendAsync(New($"p{i:000}").Submit(At(0), i % 10 == 0 ? Specs.Large(30_000) : null)));
        }

        works.Add(Store.Journal.AppendAsync(New("huge").Submit(At(0), Specs.Large(300_000))));
        for (var i = 0; i < 20; i++)
        {
            works.Add(Store.Rows.AppendLogAsync(running.Id, 1, Lines(i * 10, 10, 200)));
        }

        gate.OpenGate();
        await Task.WhenAll(works);

        var batches = gate.Batches.Skip(before + 1).ToList();
        foreach (var batch in batches)
        {
            var events = batch.Where(w => w.Append is not null).ToList();
            events.Count.ShouldBeLessThanOrEqualTo(options.BatchWorks);
            (events.Count == 1 || events.Sum(w => (long)w.Size) <= options.BatchBytes).ShouldBeTrue("Only a piece that is too large by itself goes beyond, alone.");
            batch.Where(w => w.Append is null).Sum(w => (long)w.Size).ShouldBeLessThanOrEqualTo(options.LogBatchBytes);
        }

        batches[0].Count(w => w.Append is null).ShouldBe(1, "Log lines come with every batch, a few at a time, however many events there are.");
        batches.Sum(b => b.Count).ShouldBe(221);
        (await Store.Read.LogsAsync(running.Id, 0, 0, 1000)).Count.ShouldBe(200);
    }

    [Fact]
    public async Task Closing_writes_what_is_there()
    {
        GatedTarget gate = null!;
        var store = Open(wrap: target => gate = new GatedTarget(target));
        await gate.CloseAsync(() => Store.Rows.TouchExecutorAsync("default", "nobody", At(0)));
        var writes = Enumerable.Range(0, 100).Select(i => store.Journal.AppendAsync(New($"p{i}").Submit(At(0)))).ToList();
        var log = store.Rows.AppendLogAsync(new("default", "p1"), 1, Lines(0, 3, 10));

        var closing = store.DisposeAsync();
        gate.OpenGate();
        await closing;

        (await Task.WhenAll(writes)).ShouldAllBe(outcome => outcome == null);
        (await log).ShouldBeTrue();
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_closed()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Should.ThrowAsync<StoreUnavailableException>(() => store.Journal.AppendAsync(New("a").Submit(At(0))));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.Rows.AppendLogAsync(new("default", "a"), 1, Lines(0, 1, 1)));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.Read.FindAsync(new("default", "a")));
        (await store.PingAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task An_open_store_answers()
    {
        (await Store.PingAsync()).ShouldBeTrue();
        Store.Location.ShouldNotBeEmpty();
        Store.Clock.GetUtcNow().ShouldBe(T0);
    }

    private static List<LogLine> Lines(int first, int count, int length) =>
        [.. Enumerable.Range(first, count).Select(i => new LogLine(i, At(i), i % 2 == 0 ? "stdout" : "stderr", new string('x', length)))];
}
