using Muster.Workers.Conductor;

namespace Muster.Tests.Workers.Conductor;

/// <summary>The server is killed, slow, or talks nonsense; the host stops at bad moments.</summary>
public sealed class HostFaultTests : ConductorTest
{
    [Fact]
    public async Task A_result_outlives_the_server_that_is_to_take_it()
    {
        var runs = 0;
        var gate = new TaskCompletionSource();
        Host(Options, ConductorWorker.From("once", async () =>
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
            return new { done = true };
        }));
        await AddAsync("t", "once");
        await Eventually.Holds(() => Volatile.Read(ref runs) == 1, "it runs");
        await Server.KillAsync();
        gate.SetResult();
        await Eventually.Holds(() => Log.Lines.Any(l => l.Contains("cannot be told a result", StringComparison.Ordinal)), "it says that the server is away");
        await Server.StartAsync();
        History(await TaskAsync("t")).ShouldBe("handed-out COMPLETED");
        runs.ShouldBe(1);
        Log.Lines.Count(l => l.Contains("cannot be told a result", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Results_are_repeated_until_they_are_taken_and_dropped_when_they_never_will_be()
    {
        await Server.RulesAsync(
            new { path = "/api/tasks$", method = "POST", status = 503, times = 2 }, new { path = "/api/tasks$", method = "POST", drop = true, times = 1 }, new { path = "/api/tasks$", method = "POST", status = 429, times = 1 },
            new { path = "/api/tasks$", method = "POST", status = 500, after = true, times = 1 });
        Host(Options, ConductorWorker.From("x", () => 1));
        await AddAsync("a", "x");
        History(await TaskAsync("a")).ShouldBe("handed-out COMPLETED");
        await Eventually.SeeAsync(() => Server.StateAsync(), s => s["tasks"]![Id("a")]!["history"]!.AsArray().Count == 3);
        await Server.RulesAsync(new { path = "/api/tasks$", method = "POST", status = 400, body = "no", times = 1 });
        await AddAsync("b", "x");
        await Eventually.Holds(() => Log.Lines.Any(l => l.Contains("does not take the result of task " + Id("b"), StringComparison.Ordinal)), "it says that it drops it");
        await AddAsync("c", "x");
        await TaskAsync("c");
    }

    [Fact]
    public async Task Nonsense_is_one_line_and_the_host_goes_on()
    {
        await Server.RulesAsync(
            new { path = "/poll/", status = 200, body = "<html>", times = 5 }, new { path = "/poll/", status = 500, times = 1 }, new { path = "/poll/", status = 200, body = "[{\"taskId\":\"\"}]", times = 1 },
            new { path = "/poll/", status = 200, body = "[{\"taskId\":7}]", times = 1 }, new { path = "/poll/", drop = true, times = 1 }, new { path = "/poll/", status = 204, times = 1 }, new { path = "/poll/", delay = 1, times = 1 });
        Host(Options with { RequestTimeout = TimeSpan.FromSeconds(0.3) }, ConductorWorker.From("x", () => 1));
        await AddAsync("a", "x");
        await TaskAsync("a");
        Log.Lines.Count(l => l.Contains("no list of tasks: 200 <html>", StringComparison.Ordinal)).ShouldBe(1);
        Log.Lines.ShouldContain(l => l.Contains("without taskId or workflowInstanceId", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_that_is_handed_out_twice_runs_once()
    {
        await Server.TellAsync("settings", new { twice = true });
        var runs = 0;
        var gate = new TaskCompletionSource();
        Host(Options, new FunctionWorker(["x"], async () =>
        {
            Interlocked.Increment(ref runs);
            await gate.Task;
        })
        { ThreadCount = 3 });
        await AddAsync("a", "x");
        await Eventually.Holds(() => Log.Lines.Any(l => l.Contains("again while it runs here", StringComparison.Ordinal)), "it came twice");
        gate.SetResult();
        await TaskAsync("a");
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task Stopped_the_host_lets_tasks_end_and_gives_back_those_that_do_not()
    {
        var running = 0;
        var gate = new TaskCompletionSource();
        var host = Host(Options with { StopTimeout = TimeSpan.FromSeconds(1) },
            ConductorWorker.From("quick", async () =>
            {
                Interlocked.Increment(ref running);
                await gate.Task;
            }),
            ConductorWorker.From("listens", async (CancellationToken c) =>
            {
                Interlocked.Increment(ref running);
                await Task.Delay(Timeout.Infinite, c);
            }),
            ConductorWorker.From("deaf", () =>
            {
                Interlocked.Increment(ref running);
                new ManualResetEventSlim().Wait(TimeSpan.FromSeconds(20));
            }));
        await AddAsync("quick", "quick");
        await AddAsync("listens", "listens");
        await AddAsync("deaf", "deaf");
        await Eventually.Holds(() => Volatile.Read(ref running) == 3, "all run");
        await host.Stop.CancelAsync();
        await AddAsync("late", "quick");
        gate.SetResult();
        await host.Run;
        History(await TaskAsync("quick")).ShouldBe("handed-out COMPLETED");
        History(await TaskAsync("listens", "SCHEDULED")).ShouldBe("handed-out IN_PROGRESS");
        History(await TaskAsync("deaf", "SCHEDULED")).ShouldBe("handed-out IN_PROGRESS");
        var late = History(await TaskAsync("late", "SCHEDULED"));
        late.ShouldBeOneOf("", "handed-out IN_PROGRESS");
    }

    [Fact]
    public async Task What_could_not_be_sent_before_the_end_is_sent_at_the_next_start()
    {
        var running = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var worker = ConductorWorker.From("x", async () =>
        {
            running.TrySetResult();
            await gate.Task;
            return new { kept = true };
        });
        var host = Host(Options with { StopTimeout = TimeSpan.FromSeconds(0.2) }, worker);
        await AddAsync("a", "x");
        await running.Task.WaitAsync(Eventually.Patience);
        await Server.KillAsync();
        gate.SetResult();
        await host.Stop.CancelAsync();
        await host.Run;
        File.Exists(Folder.File("unsent.0")).ShouldBeTrue();
        await Server.StartAsync();
        Host(Options, worker);
        History(await TaskAsync("a")).ShouldBe("handed-out COMPLETED");
        (await TaskAsync("a"))["outputData"]!.ToJsonString().ShouldBe("""{"kept":true}""");
        await Eventually.Holds(() => !File.Exists(Folder.File("unsent.0")), "the file is gone");
    }
}
