using Muster.Workers.Conductor;

namespace Muster.Tests.Workers.Conductor;

public sealed class HostTests : ConductorTest
{
    [Fact]
    public async Task Results_objects_values_and_exceptions_reach_the_server_in_their_forms()
    {
        Host(Options,
            ConductorWorker.From("result", (ConductorTask _) => new TaskResult { OutputData = new { a = 1 }, Logs = [new TaskLog("line", 5)], WorkerId = "me", TaskId = "forged" }),
            ConductorWorker.From("object", (ConductorTask t) => new { task = t.TaskId }),
            ConductorWorker.From("value", () => "text"),
            ConductorWorker.From("list", () => new[] { 1, 2 }),
            ConductorWorker.From("nothing", () => { }),
            ConductorWorker.From("cycle", () => new Loop()),
            ConductorWorker.From("error", new Func<int>(() => throw new InvalidOperationException("not today"))),
            ConductorWorker.From("fatal", new Func<int>(() => throw new TerminalTaskException("never"))));
        foreach (var name in new[] { "result", "object", "value", "list", "nothing", "cycle", "error", "fatal" })
        {
            await AddAsync(name, name);
        }

        var task = await TaskAsync("result");
        (task["outputData"]!.ToJsonString(), task["workerId"]!.GetValue<string>(), task["logs"]!.ToJsonString()).ShouldBe(("""{"a":1}""", "me", """[{"log":"line","createdTime":5}]"""));
        task = await TaskAsync("object");
        (task["outputData"]!["task"]!.GetValue<string>(), task["workerId"]!.GetValue<string>()).ShouldBe((Id("object"), Environment.MachineName));
        (await TaskAsync("value"))["outputData"]!.ToJsonString().ShouldBe("""{"result":"text"}""");
        (await TaskAsync("list"))["outputData"]!.ToJsonString().ShouldBe("""{"result":[1,2]}""");
        (await TaskAsync("nothing"))["outputData"]!.ToJsonString().ShouldBe("{}");
        (await TaskAsync("cycle", "FAILED_WITH_TERMINAL_ERROR"))["reasonForIncompletion"]!.GetValue<string>().ShouldStartWith("The output cannot be written as JSON: ");
        task = await TaskAsync("error", "FAILED");
        task["reasonForIncompletion"]!.GetValue<string>().ShouldBe("not today");
        task["logs"]![0]!["log"]!.GetValue<string>().ShouldContain("InvalidOperationException: not today");
        task["logs"]![0]!["createdTime"]!.GetValue<long>().ShouldBeGreaterThan(1_700_000_000_000);
        (await TaskAsync("fatal", "FAILED_WITH_TERMINAL_ERROR"))["reasonForIncompletion"]!.GetValue<string>().ShouldBe("never");
    }

    [Fact]
    public async Task Polls_ask_for_as_many_as_are_free_with_domain_and_worker_id()
    {
        var gate = new TaskCompletionSource();
        var running = 0;
        Host(Options, new FunctionWorker(["many"], async (ConductorTask _) =>
        {
            Interlocked.Increment(ref running);
            await gate.Task;
        })
        { ThreadCount = 4, Domain = "d 1", WorkerId = "w/1", PollTimeout = TimeSpan.FromMilliseconds(30) });
        for (var i = 0; i < 6; i++)
        {
            await AddAsync($"t{i}", "many", domain: "d 1");
        }

        await AddAsync("other", "many");
        await Eventually.Holds(() => Volatile.Read(ref running) == 4, "four run at once");
        gate.SetResult();
        for (var i = 0; i < 6; i++)
        {
            (await TaskAsync($"t{i}"))["workerId"]!.GetValue<string>().ShouldBe("w/1");
        }

        await TaskAsync("other", "SCHEDULED");
        var polls = await Server.RecordAsync("GET /api/tasks/poll/batch/many");
        polls[0].Query["count"].ShouldBe(["4"]);
        (polls[0].Query["domain"][0], polls[0].Query["workerid"][0], polls[0].Query["timeout"][0]).ShouldBe(("d 1", "w/1", "30"));
        running.ShouldBe(6);
    }

    [Fact]
    public async Task Several_names_are_polled_in_turn_and_a_paused_worker_is_not_polled()
    {
        Host(Options, new FunctionWorker(["one", "two"], (ConductorTask t) => new { t.TaskDefName }) { PollTimeout = TimeSpan.FromMilliseconds(1) }, new Resting());
        await AddAsync("a", "two");
        await AddAsync("b", "one");
        (await TaskAsync("a"))["outputData"]!.ToJsonString().ShouldBe("""{"taskDefName":"two"}""");
        await TaskAsync("b");
        (await Server.RecordAsync("GET /api/tasks/poll/batch/rest")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_work_the_waits_double_up_to_the_polling_interval()
    {
        var worker = new FunctionWorker(["idle"], () => 1) { PollTimeout = TimeSpan.FromMilliseconds(1), PollingInterval = TimeSpan.FromMilliseconds(300) };
        Host(Options, worker);
        var polls = await Eventually.SeeAsync(() => Server.RecordAsync("GET /api/tasks/poll/batch/idle"), r => r.Count >= 11);
        var gaps = polls.Zip(polls.Skip(1), (a, b) => (b.At - a.At) * 1000).ToList();

        // 2, 4, ... 256, then 300: never early.
        for (var i = 0; i < 10; i++)
        {
            gaps[i].ShouldBeGreaterThan(Math.Min(300, Math.Pow(2, i + 1)) * 0.9, $"wait {i}");
        }
    }

    [Fact]
    public async Task A_long_task_keeps_its_lease_and_without_that_loses_it()
    {
        Host(Options,
            ConductorWorker.From("kept", async () => await Task.Delay(2800)),
            new FunctionWorker(["lost"], async (ConductorTask t) => await Task.Delay(t.RetryCount == 0 ? 2800 : 0)) { ExtendLease = false, ThreadCount = 2 });
        await AddAsync("kept", "kept", responseTimeoutSeconds: 2);
        await AddAsync("lost", "lost", responseTimeoutSeconds: 2);
        History(await TaskAsync("kept")).ShouldBe("handed-out extended COMPLETED");
        History(await TaskAsync("lost", "TIMED_OUT")).ShouldStartWith("handed-out timed-out");
        var update = (await Server.RecordAsync("POST /api/tasks")).First(r => r.Body!["extendLease"]!.GetValue<bool>()).Body!;
        (update["taskId"]!.GetValue<string>(), update["status"]!.GetValue<string>()).ShouldBe((Id("kept"), "IN_PROGRESS"));
    }

    [Fact]
    public async Task A_task_that_is_given_back_comes_again_with_what_it_left()
    {
        Host(Options, ConductorWorker.From("patient", (ConductorTask t) => t.PollCount < 3
            ? TaskResult.InProgress(TimeSpan.Zero, new { seen = t.PollCount })
            : TaskResult.Completed(t.OutputData)));
        await AddAsync("p", "patient");
        var task = await TaskAsync("p");
        History(task).ShouldBe("handed-out IN_PROGRESS handed-out IN_PROGRESS handed-out COMPLETED");
        task["outputData"]!.ToJsonString().ShouldBe("""{"seen":2}""");
    }

    [Fact]
    public async Task Definitions_are_registered_when_that_is_asked_for_and_servers_of_the_other_family_are_understood()
    {
        await Server.TellAsync("settings", new { family = "task" });
        Host(Options, new FunctionWorker(["made"], () => 1) { RegisterTaskDefinition = true });
        await AddAsync("m", "made");
        await TaskAsync("m");
        (await Server.StateAsync())["definitions"]!["made"]!["name"]!.GetValue<string>().ShouldBe("made");
        (await Server.RecordAsync("POST /api/metadata/taskdef")).Count(r => r.Status == 200).ShouldBe(1);
        (await Server.RecordAsync("POST /api/task")).Last().Status.ShouldBe(200);
    }

    [Fact]
    public async Task Metrics_have_the_names_and_labels_of_the_originals()
    {
        var host = Host(Options with { MetricsFile = Folder.File("metrics"), MetricsInterval = TimeSpan.FromMilliseconds(20) }, ConductorWorker.From("good", () => 1), ConductorWorker.From("bad \"x\"", new Func<int>(() => throw new InvalidOperationException())), new Resting());
        await AddAsync("g", "good");
        await AddAsync("b", "bad \"x\"");
        await TaskAsync("g");
        await TaskAsync("b", "FAILED");
        await host.Stop.CancelAsync();
        await host.Run;
        var text = await File.ReadAllTextAsync(Folder.File("metrics"));
        text.ShouldMatch("""# TYPE task_poll_total counter\ntask_poll_total\{taskType="bad \\"x\\""\} \d+\ntask_poll_total\{taskType="good"\} \d+\n""");
        text.ShouldContain("task_execute_error_total{taskType=\"bad \\\"x\\\"\",exception=\"InvalidOperationException\"} 1\n");
        text.ShouldContain("# TYPE task_execute_time gauge\n");
        text.ShouldMatch("""task_result_size\{taskType="good"\} \d+\n""");
        text.ShouldMatch("""task_paused_total\{taskType="rest"\} \d+\n""");
    }

    private sealed class Loop
    {
        public Loop Self => this;
    }

    private sealed class Resting() : ConductorWorker("rest")
    {
        public override bool Paused => true;

        public override Task<object?> ExecuteAsync(ConductorTask task, CancellationToken cancelled) => Task.FromResult<object?>(null);
    }
}
