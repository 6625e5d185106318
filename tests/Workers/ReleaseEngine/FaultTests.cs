using Muster.Tests.Workers.Broker;
using Muster.Workers.ReleaseEngine;
using Muster.Workers.ReleaseEngine.Stock;
using RabbitMQ.Client;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>What becomes of steps when something is missing, slow, or gone.</summary>
[Collection(BrokerTests.Name)]
public sealed class FaultTests(BrokerFixture broker) : IAsyncLifetime
{
    private Core _core = null!;

    public async Task InitializeAsync() => _core = await Core.OpenAsync(broker.Connection);

    public async Task DisposeAsync() => await _core.DisposeAsync();

    [Fact]
    public async Task A_queue_that_is_not_there_is_waited_for_over_the_same_connection()
    {
        await _core.RemoveQueueAsync();
        await using var worker = Start(new NoopWorker());
        await worker.LoggedAsync($"no queue '{_core.Queue}'");
        await _core.MakeQueueAsync();
        ((string)(await _core.RunAsync("X"))["status"]!).ShouldBe("completed");

        await _core.RemoveQueueAsync();
        await worker.LoggedAsync("was deleted");
        await _core.MakeQueueAsync();
        ((string)(await _core.RunAsync("X"))["status"]!).ShouldBe("completed");
        worker.Lines.Count(l => l.Contains("Connected to", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_exchange_output_is_lost_and_nothing_else()
    {
        await using var channel = await broker.Connection.CreateChannelAsync();
        await using var worker = Start(new SleepWorker(TimeProvider.System));
        await worker.LoggedAsync("Waits for steps");
        await _core.SendAsync("Sleep", new() { ["seconds"] = 0.3 });
        await _core.Replies.UntilAsync(1);
        await channel.ExchangeDeleteAsync("re");
        await _core.Replies.UntilAsync(2);
        _core.Words.ShouldBe(["started", "completed"]);
        await worker.LoggedAsync("no exchange 're'");
        await channel.ExchangeDeclareAsync("re", ExchangeType.Topic, durable: true);
        await channel.QueueBindAsync(_core.Queue, "re", _core.Queue);
        var output = await _core.ListenAsync("output");
        ((string)(await _core.RunAsync("Sleep", new() { ["seconds"] = 0 }))["status"]!).ShouldBe("completed");
        await Eventually.TrueAsync(async () =>
        {
            await _core.RunAsync("Sleep", new() { ["seconds"] = 0 });
            return output.All.Count > 0;
        });
        worker.Lines.Count(l => l.Contains("Connected to", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Heartbeats_go_on_while_a_step_holds_its_thread()
    {
        // The broker ends a connection that is silent for two of them.
        await using var worker = RunningWorker.Start(new Holder(), broker.Server, new WorkerSettings { Queue = _core.Suffix }, heartbeat: TimeSpan.FromSeconds(1));
        ((string)(await _core.RunAsync("Hold"))["status"]!).ShouldBe("completed");
        worker.Lines.Count(l => l.Contains("Connected to", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_step_is_acknowledged_when_it_is_taken()
    {
        await using var worker = Start(new SleepWorker(TimeProvider.System), new WorkerSettings { StopAfter = TimeSpan.Zero });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 60 });
        await _core.Replies.UntilAsync(1);
        // With the queue goes what it had, but for what was acknowledged: the step goes on.
        (await _core.RemoveQueueAsync()).ShouldBe(0u);
        await worker.StopAsync();
        await _core.Replies.UntilAsync(2);
        _core.Words.ShouldBe(["started", "failed"]);
        ((string)_core.Replies.All[1].Json["data"]!).ShouldBe("SleepWorker was stopped while the step ran.");
    }

    [Fact]
    public async Task A_worker_that_is_to_stop_takes_nothing_more_and_ends_what_it_has()
    {
        await using var worker = Start(new SleepWorker(TimeProvider.System), new WorkerSettings { Prefetch = 10 });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 0.5 });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 0 });
        await _core.Replies.UntilAsync(1);
        await worker.StopAsync();
        await _core.Replies.UntilAsync(2);
        _core.Words.ShouldBe(["started", "completed"]);
        await Eventually.TrueAsync(async () => await _core.WaitingAsync() == 1);
    }

    [Fact]
    public async Task Steps_run_side_by_side_when_they_may()
    {
        await using var worker = Start(new SleepWorker(TimeProvider.System), new WorkerSettings { Parallel = 2 });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 1 });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 1.1 });
        await _core.Replies.UntilAsync(4);
        _core.Words.ShouldBe(["started", "started", "completed", "completed"]);
    }

    [Fact]
    public async Task Two_workers_share_a_queue()
    {
        await using var one = Start(new SleepWorker(TimeProvider.System));
        await using var two = Start(new SleepWorker(TimeProvider.System));
        await one.LoggedAsync("Waits for steps");
        await two.LoggedAsync("Waits for steps");
        // One that has no hand free leaves the next step to the other.
        await _core.SendAsync("Sleep", new() { ["seconds"] = 1 });
        await _core.SendAsync("Sleep", new() { ["seconds"] = 1.1 });
        await _core.Replies.UntilAsync(4);
        _core.Words.ShouldBe(["started", "started", "completed", "completed"]);
    }

    [Fact]
    public async Task What_another_worker_had_before_is_answered_and_not_run_when_steps_are_acknowledged_last()
    {
        await using (var first = await broker.Connection.CreateChannelAsync())
        {
            await _core.SendAsync("Sleep", new() { ["seconds"] = 0 });
            await Eventually.SeeAsync(() => first.BasicGetAsync(_core.Queue, autoAck: false), m => m is not null);
        }

        await using (var worker = Start(new SleepWorker(TimeProvider.System), new WorkerSettings { AcknowledgesAnswered = true }))
        {
            ((string)(await _core.Replies.UntilAsync(1))[0].Json["data"]!).ShouldContain("was handed to a worker before");
            ((string)(await _core.RunAsync("Sleep", new() { ["seconds"] = 0 }))["status"]!).ShouldBe("completed");
        }

        (await _core.WaitingAsync()).ShouldBe(0u);
        _core.Words.ShouldBe(["failed", "started", "completed"]);
    }

    [Fact]
    public async Task What_another_worker_had_before_is_run_when_steps_are_acknowledged_first()
    {
        await using (var first = await broker.Connection.CreateChannelAsync())
        {
            await _core.SendAsync("Sleep", new() { ["seconds"] = 0 });
            await Eventually.SeeAsync(() => first.BasicGetAsync(_core.Queue, autoAck: false), m => m is not null);
        }

        await using var worker = Start(new SleepWorker(TimeProvider.System));
        await _core.Replies.UntilAsync(2);
        _core.Words.ShouldBe(["started", "completed"]);
    }

    private RunningWorker Start(ReleaseWorker worker, WorkerSettings? settings = null) => RunningWorker.Start(worker, broker.Server, (settings ?? new WorkerSettings()) with { Queue = _core.Suffix });

    private sealed class Holder : ReleaseWorker
    {
        public override Task<StepResult> RunAsync(StepContext context, CancellationToken stop)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(TimeSpan.FromSeconds(3), stop);
            return Task.FromResult(StepResult.Completed());
        }
    }
}
