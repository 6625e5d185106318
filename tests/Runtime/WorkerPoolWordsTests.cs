using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class WorkerPoolWordsTests : PoolTest
{
    [Fact]
    public async Task Log_lines_arrive_in_order_numbered_from_one_before_the_end()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");
        foreach (var i in Enumerable.Range(1, 1_000))
        {
            Runtime.Started["a"].Channel.Log($"line {i}", "stdout");
        }

        Runtime.End("a", new RunOutcome.Completed(null));
        await SentAsync<ProcessCommand.Complete>();

        var lines = Gate.Sent<ProcessCommand.AppendLog>().SelectMany(c => c.Lines).ToList();
        lines.Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, 1_000).Select(i => (long)i));
        lines.Select(l => l.Text).ShouldBe(Enumerable.Range(1, 1_000).Select(i => $"line {i}"));
        Gate.Sent<ProcessCommand.AppendLog>().ShouldAllBe(c => c.Lines.Length <= 256);
        Gate.Commands[^1].ShouldBeOfType<ProcessCommand.Complete>();
    }

    [Fact]
    public async Task A_few_lines_do_not_wait_for_more()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.Started["a"].Channel.Log("hello", "log");

        var sent = await SentAsync<ProcessCommand.AppendLog>();
        sent.Lines.ShouldHaveSingleItem().ShouldBe(new LogLine(1, Clock.GetUtcNow(), "log", "hello"));
    }

    [Fact]
    public async Task Log_lines_are_sent_again_until_they_are_taken()
    {
        Gate.Answer = c => c is ProcessCommand.AppendLog && Gate.Sent<ProcessCommand.AppendLog>().Count <= 3 ? Task.FromResult(FakeGate.Refused(c, Problem.Busy)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");
        Runtime.Started["a"].Channel.Log("one", "log");
        await SentAsync<ProcessCommand.AppendLog>();
        Runtime.Started["a"].Channel.Log("two", "log");

        await PassUntilAsync(() => Gate.Sent<ProcessCommand.AppendLog>().Count == 5, TimeSpan.FromSeconds(1));

        var sent = Gate.Sent<ProcessCommand.AppendLog>();
        sent.Take(4).ShouldAllBe(c => c.Lines.Single().Text == "one" && c.CommandId == sent[0].CommandId);
        sent[4].Lines.Single().ShouldBe(new LogLine(2, sent[4].Lines[0].At, "log", "two"));
    }

    [Fact]
    public async Task Lines_that_nobody_takes_do_not_hold_back_the_end_for_ever()
    {
        Gate.Answer = c => c is ProcessCommand.AppendLog ? Task.FromResult(FakeGate.Refused(c, Problem.Busy)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");
        Runtime.Started["a"].Channel.Log("lost", "log");
        Runtime.End("a", new RunOutcome.Completed(null));

        await PassUntilAsync(() => Gate.Sent<ProcessCommand.Complete>().Count == 1, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_attempt_that_is_over_stops_when_its_lines_are_refused()
    {
        Gate.Answer = c => c is ProcessCommand.AppendLog ? Task.FromResult(FakeGate.Refused(c, Problem.Conflict)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.Started["a"].Channel.Log("hello", "log");

        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
        Gate.Commands.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_latest_progress_is_told()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");
        Runtime.Started["a"].Channel.Progress(0.25, "reading");
        Runtime.Started["a"].Channel.Progress(7, null);

        var progress = await SentAsync<ProcessCommand.Progress>();

        progress.Fraction.ShouldBe(1);
        progress.Message.ShouldBe("reading");
    }

    [Fact]
    public async Task A_checkpoint_is_durable_when_its_task_ends()
    {
        Gate.Answer = c => Gate.Sent<ProcessCommand.Heartbeat>().Count < 3 ? Task.FromResult(FakeGate.Refused(c, Problem.Busy)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        var kept = Runtime.Started["a"].Channel.CheckpointAsync(Json("""{"page": 7}"""));
        kept.IsCompleted.ShouldBeFalse();
        await PassUntilAsync(() => kept.IsCompleted, TimeSpan.FromMilliseconds(250));

        await kept;
        var sent = Gate.Sent<ProcessCommand.Heartbeat>();
        sent[^1].Checkpoint!.Value.GetProperty("page").GetInt32().ShouldBe(7);
        sent.Where(h => h.Checkpoint is not null).Select(h => h.CommandId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_checkpoint_of_an_attempt_that_is_over_is_refused()
    {
        Gate.Answer = c => Task.FromResult(FakeGate.Refused(c, Problem.Conflict));
        var pool = Pool();
        await AssignAsync(pool, "a");

        await Should.ThrowAsync<OperationCanceledException>(Runtime.Started["a"].Channel.CheckpointAsync(Json("1")));
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_checkpoint_of_more_than_64_KiB_is_refused()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        await Should.ThrowAsync<ArgumentException>(Runtime.Started["a"].Channel.CheckpointAsync(Json($"\"{new string('x', 64 * 1024)}\"")));
        Gate.Commands.ShouldBeEmpty();
    }
}
