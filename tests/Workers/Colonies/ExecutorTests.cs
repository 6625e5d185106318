using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;
using Muster.Workers.Colonies;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Colonies;

/// <summary>colonies-worker and its library against a server that was written from the specification alone.</summary>
public sealed class ExecutorTests : IAsyncLifetime
{
    private readonly List<ProgramProcess> _programs = [];
    private ColonyServer _server = null!;

    public async Task InitializeAsync() => _server = await ColonyServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_process_is_a_command_with_arguments_environment_output_log_and_exit_code()
    {
        var worker = Start("one");
        var id = await _server.SubmitAsync("sh", ["-c", "echo \"$0 $1 $GREETING\"; echo \"$COLONIES_KWARGS $COLONIES_PRVKEY$COLONIES_COLONY_PRVKEY.\" >&2", "first", 2], s =>
        {
            s["env"] = new JsonObject { ["GREETING"] = "test env" };
            s["kwargs"] = new JsonObject { ["k"] = "v" };
        });
        var done = await _server.UntilAsync(id, ProcessState.Successful);
        done.Out.ToJsonString().ShouldBe("""["first 2 test env\n"]""");
        Attribute(done, "exit_code").ShouldBe("0");
        var logged = string.Join('\n', (await _server.StateAsync())["logs"]!.AsArray().Select(l => (string)l!["message"]!)).Split('\n');
        logged.Order(StringComparer.Ordinal).ShouldBe(new[] { "first 2 test env", "{\"k\":\"v\"} ." }.Order(StringComparer.Ordinal));

        var failed = await _server.UntilAsync(await _server.SubmitAsync("sh", ["-c", "echo half; echo wrong >&2; exit 3"]), ProcessState.Failed);
        failed.Errors.ShouldBe(["sh ended with exit code 3: wrong"]);
        failed.Out.ToJsonString().ShouldBe("""["half\n"]""");
        Attribute(failed, "exit_code").ShouldBe("3");

        (await _server.UntilAsync(await _server.SubmitAsync("/no/such/command", []), ProcessState.Failed)).Errors.Single().ShouldContain("/no/such/command");
        (await _server.UntilAsync(await _server.SubmitAsync("", []), ProcessState.Failed)).Errors.Single().ShouldContain("funcname is empty");

        await worker.SignalAsync("INT");
        (await worker.ExitAsync()).ShouldBe(0, worker.Output);
        // It asked for at least a second each time.
        (await _server.StateAsync())["calls"]!.AsArray().Where(c => (string)c!["type"]! == "assignprocessmsg").ShouldAllBe(c => (int)c!["timeout"]! >= 1);
    }

    [Fact]
    public async Task Only_what_is_allowed_runs_and_a_command_ends_with_its_time_or_its_cancellation()
    {
        Start("one", "--allow", "sleep", "--watch-seconds", "1");
        (await _server.UntilAsync(await _server.SubmitAsync("sh", ["-c", "true"]), ProcessState.Failed)).Errors.Single().ShouldBe("This executor does not run 'sh'; it runs sleep.");

        var cancelled = await _server.SubmitAsync("sleep", ["100"]);
        await _server.UntilAsync(cancelled, ProcessState.Running);
        await _server.Client.SendAsync(_server.User.Key, "cancelprocessmsg", new() { ["processid"] = cancelled });
        // The next one runs, so the first has ended.
        var limited = await _server.SubmitAsync("sleep", ["100"], s => (s["maxexectime"], s["maxretries"]) = (1, 1));
        var failed = await _server.UntilAsync(limited, ProcessState.Failed);
        failed.Errors.ShouldBe(["Maximum execution time limit exceeded"]);
        failed.Retries.ShouldBe(1);
        await _server.UntilAsync(await _server.SubmitAsync("sleep", ["0"]), ProcessState.Successful);
        (await _server.User.GetAsync(cancelled)).State.ShouldBe(ProcessState.Cancelled);
    }

    [Fact]
    public async Task A_server_that_is_killed_answers_nonsense_or_nothing_stops_no_executor_and_no_process()
    {
        var worker = Start("one");
        await Eventually.Holds(() => worker.Output.Contains("waits for processes", StringComparison.Ordinal), "it waits");
        foreach (var fault in (string[])["nonsense", "broken", "hurry"])
        {
            await _server.FaultAsync(fault);
            await _server.UntilAsync(await _server.SubmitAgainAsync("true"), ProcessState.Successful);
        }

        // An assignment whose answer was lost is found again, and a close whose answer was lost is said again.
        await _server.FaultAsync("lose");
        await _server.UntilAsync(await _server.SubmitAsync("true", []), ProcessState.Successful);

        var go = _server.Folder.File("go");
        var id = await _server.SubmitAsync("sh", ["-c", $"echo begun; while [ ! -e {go} ]; do sleep 0.05; done; echo done"]);
        await _server.UntilAsync(id, ProcessState.Running);
        await _server.KillAsync();
        await File.WriteAllTextAsync(go, "");
        await Eventually.Holds(() => worker.Output.Contains("cannot be reached", StringComparison.Ordinal), "the worker has seen that");
        await _server.StartAgainAsync();
        (await _server.UntilAsync(id, ProcessState.Successful)).Out.ToJsonString().ShouldBe("""["begun\ndone\n"]""");
        worker.ExitCode.ShouldBeNull();
        worker.Output.Split("cannot be reached").Length.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task An_executor_that_is_killed_runs_its_process_again_when_it_is_back_and_leaves_no_command_behind()
    {
        var first = Start("one");
        var file = _server.Folder.File("runs");
        var id = await _server.SubmitAsync("sh", ["-c", $"echo $$ >>{file}; echo begun; [ $(wc -l <{file}) -ge 2 ] || exec sleep 100"]);
        await Eventually.TrueAsync(async () => (await _server.StateAsync())["logs"]!.AsArray().Count > 0);
        await first.KillAsync();
        var command = File.ReadAllLines(file)[0];
        await Eventually.Holds(() => !File.Exists($"/proc/{command}/cmdline") || File.ReadAllText($"/proc/{command}/cmdline").Length == 0, "the command is gone");
        Start("one");
        await _server.UntilAsync(id, ProcessState.Successful);
        File.ReadAllLines(file).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_stop_lets_the_process_end_or_fails_it_when_its_time_is_over()
    {
        var patient = Start("one");
        var id = await _server.SubmitAsync("sleep", ["0.7"]);
        await _server.UntilAsync(id, ProcessState.Running);
        await patient.SignalAsync("TERM");
        (await patient.ExitAsync()).ShouldBe(0, patient.Output);
        (await _server.User.GetAsync(id)).State.ShouldBe(ProcessState.Successful);

        var hasty = Start("two", "--stop-seconds", "0");
        id = await _server.SubmitAsync("sleep", ["100"]);
        await _server.UntilAsync(id, ProcessState.Running);
        await hasty.SignalAsync("INT");
        (await hasty.ExitAsync()).ShouldBe(0, hasty.Output);
        (await _server.User.GetAsync(id)).Errors.ShouldBe(["The executor was stopped while the process ran."]);
    }

    [Fact]
    public async Task An_executor_that_is_not_approved_says_its_id_and_works_when_it_is()
    {
        var key = _server.Folder.File("key");
        var print = Program(["key", "--key-file", key]);
        (await print.ExitAsync()).ShouldBe(0, print.Output);
        var id = print.Output.Trim();
        var worker = Program(["--key-file", key, "--name", "late", "--timeout", "1"]);
        await Eventually.Holds(() => worker.Output.Contains($"refuses the executor late with the id {id}", StringComparison.Ordinal), "it says what is missing");
        await _server.Client.SendAsync(_server.Owner, "addexecutormsg", new() { ["executor"] = new JsonObject { ["executorid"] = id, ["executorname"] = "late", ["executortype"] = "cli", ["colonyname"] = "dev" } });
        await _server.Client.SendAsync(_server.Owner, "approveexecutormsg", new() { ["colonyname"] = "dev", ["executorname"] = "late" });
        await _server.UntilAsync(await _server.SubmitAsync("true", []), ProcessState.Successful);

        var list = Program(["executors", "late", "--key-file", key]);
        (await list.ExitAsync()).ShouldBe(0, list.Output);
        list.Output.Trim().ShouldBe($"late {id} cli approved");
        var none = Program(["executors", "nobody", "--key-file", key]);
        (await none.ExitAsync()).ShouldBe(1);
        none.Output.Trim().ShouldBe("There is no executor nobody in dev.");
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_one_line()
    {
        var key = _server.Folder.File("key");
        KeyFile.Open(key).Dispose();
        await SaysAsync(2, "at least 1 second", ["--timeout", "0", "--key-file", key]);
        await SaysAsync(2, "is no address that begins with http:// or https://", ["--server", "localhost", "--key-file", key]);
        await SaysAsync(2, "COLONIES_PRVKEY: This is no private key", [], ("COLONIES_PRVKEY", "12"));
        await SaysAsync(1, "cannot be added to dev: 403", ["--key-file", key], ("COLONIES_COLONY_PRVKEY", _server.User.Key.ToHex()));
    }

    [Fact]
    public async Task The_newest_is_assigned_when_it_is_asked_for_and_a_question_waits_a_second_at_least()
    {
        var member = await _server.MemberAsync("library", "cli");
        var old = await _server.SubmitAsync("a", []);
        var newest = await _server.SubmitAsync("b", []);
        (await member.AssignAsync(1, latest: true))!.Id.ShouldBe(newest);
        (await member.AssignAsync(1))!.Id.ShouldBe(old);
        (await member.AssignAsync(1)).ShouldBeNull();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => member.AssignAsync(0));
        await member.SetOutputAsync(old, ["so far"]);
        await member.CloseAsync(old);
        (await member.GetAsync(old)).Out.ToJsonString().ShouldBe("""["so far"]""");
        await member.AddAttributeAsync(newest, "k", "v", AttributeType.Error);
        (await Should.ThrowAsync<RefusedException>(() => member.AddAttributeAsync(newest, "k", "v", AttributeType.Error))).Status.ShouldBe(400);
        await member.FailAsync(newest, ["one", "two"]);
        (await member.GetAsync(newest)).Errors.ShouldBe(["one", "two"]);
        (await member.ExecutorsAsync("library")).Single().ShouldBe(new ExecutorEntry(member.Key.Id, "library", "cli", 1));
        (await member.ExecutorsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Functions_of_a_program_run_side_by_side_and_what_they_throw_is_why_they_failed()
    {
        var member = await _server.MemberAsync("library", "cli");
        using var stop = new CancellationTokenSource();
        var both = new TaskCompletionSource();
        var inside = 0;
        var executor = new ColoniesExecutor(
            member, new ExecutorSettings { Name = "library", Timeout = 1, Parallel = 2 },
            async (task, _) =>
            {
                if (Interlocked.Increment(ref inside) == 2)
                {
                    both.SetResult();
                }

                await both.Task;
                return task.Process.Function == "throw" ? throw new InvalidOperationException("as asked") : new TaskEnd.Success([task.Process.Args[0]!.DeepClone()]);
            },
            TimeProvider.System, new KeptLog());
        var running = executor.RunAsync(stop.Token);
        var good = await _server.SubmitAsync("echo", [42]);
        var bad = await _server.SubmitAsync("throw", []);
        (await _server.UntilAsync(good, ProcessState.Successful)).Out.ToJsonString().ShouldBe("[42]");
        (await _server.UntilAsync(bad, ProcessState.Failed)).Errors.ShouldBe(["InvalidOperationException: as asked"]);
        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Patience);
        await Should.ThrowAsync<WorkerException>(() => new ColoniesExecutor(member, new ExecutorSettings { Name = "x", Timeout = 0 }, (_, _) => throw new NotSupportedException(), TimeProvider.System, new KeptLog()).RunAsync(default));
    }

    private async Task SaysAsync(int code, string what, string[] arguments, params (string Name, string Value)[] environment)
    {
        var program = Program(arguments, environment);
        (await program.ExitAsync()).ShouldBe(code, program.Output);
        program.Output.ShouldContain(what);
        program.Output.Trim().ShouldNotContain("\n");
    }

    private ProgramProcess Start(string name, params string[] arguments) =>
        Program(["--key-file", _server.Folder.File($"{name}.key"), "--name", name, "--timeout", "1", .. arguments], ("COLONIES_COLONY_PRVKEY", _server.Owner.ToHex()));

    private ProgramProcess Program(string[] arguments, params (string Name, string Value)[] environment)
    {
        var all = new Dictionary<string, string> { ["COLONIES_SERVER_HOST"] = "127.0.0.1", ["COLONIES_SERVER_PORT"] = $"{_server.Url.Port}", ["HOME"] = _server.Folder.Path };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        var program = ProgramProcess.StartBesideWith(all, _server.Folder.Path, "colonies-worker.dll", arguments);
        _programs.Add(program);
        return program;
    }

    private static string? Attribute(ColoniesProcess process, string key) =>
        (string?)process.Json["attributes"]!.AsArray().SingleOrDefault(a => (string)a!["key"]! == key)?["value"];
}
