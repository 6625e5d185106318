using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Tests.Workers.Shared;

namespace Muster.Tests.Workers.Conductor;

/// <summary>The sample program, with a process for each worker.</summary>
public sealed partial class ProgramTests : ConductorTest
{
    [Fact]
    public async Task Each_worker_is_a_process_and_one_that_dies_is_started_again()
    {
        await File.WriteAllTextAsync(Folder.File("worker.ini"), "[sample_facts]\ndomain = cool\n[DEFAULT]\nworker_id = from_default\n");
        var program = Program(["--only", "sample_facts", "sample_facts", "sample_crash", "--metrics-file", Folder.File("metrics")], new Dictionary<string, string> { ["conductor_worker_sample_facts_worker_id"] = "from_env" });
        await AddAsync("a", "sample_facts", domain: "cool");
        await AddAsync("crash", "sample_crash", responseTimeoutSeconds: 2);
        var task = await TaskAsync("a");
        task["workerId"]!.GetValue<string>().ShouldBe("from_env");
        var processes = await Eventually.SeeAsync(() => Task.FromResult(Processes(program)), p => p.Distinct().Count() >= 4);
        processes.Distinct().Count().ShouldBe(4, "two instances, the one that died, and its successor");
        processes.ShouldContain(task["outputData"]!["process"]!.GetValue<int>());
        program.Output.ShouldContain("ended with exit code 3. It is started again in 1 s.");

        // The other process of the same worker takes over what the killed one cannot do, also what the server gave to its last poll.
        var killed = task["outputData"]!["process"]!.GetValue<int>();
        Kill(killed);
        await AddAsync("b", "sample_facts", domain: "cool", responseTimeoutSeconds: 1);
        await Eventually.SeeAsync(Server.StateAsync, s => Completed(s, "sample_facts").Any(t => t["outputData"]!["process"]!.GetValue<int>() != killed));
        History(await TaskAsync("crash", "TIMED_OUT")).ShouldBe("handed-out timed-out");
        await Eventually.SeeAsync(Server.StateAsync, s => Completed(s, "sample_crash").Any());
        await Eventually.SeeAsync(() => File.ReadAllTextAsync(Folder.File("metrics")), m => PollsOf(m) > 1);
        (await program.StopAsync()).ShouldBe(0);
        Processes(program).Distinct().ShouldAllBe(p => !Lives(p));
    }

    [Fact]
    public async Task A_killed_host_takes_its_processes_with_it_after_they_have_ended_their_tasks()
    {
        var program = Program(["--only", "sample_sleep"]);
        await AddAsync("a", "sample_sleep", new { seconds = 1 });
        // A task that was handed out but has not begun would be given back.
        await Eventually.Holds(() => program.Output.Contains("Sleeping for 1 s.", StringComparison.Ordinal), "the task runs");
        var child = Processes(program).ShouldHaveSingleItem();
        await program.KillAsync();
        History(await TaskAsync("a")).ShouldBe("handed-out COMPLETED");
        await Eventually.Holds(() => !Lives(child), "the process has ended");
    }

    [Fact]
    public async Task All_samples_work_in_one_process_too()
    {
        var program = Program(["--isolation", "task", "--stop-timeout", "0.2"]);
        await AddAsync("facts", "sample_facts");
        await AddAsync("patience", "sample_patience");
        await AddAsync("sum", "sample_sum", new { values = new[] { 1, 2.5 } });
        await AddAsync("nosum", "sample_sum", new { });
        await AddAsync("sleep", "sample_sleep", new { seconds = 0.01, fail = true });
        await AddAsync("echo", "sample_echo", new { x = new[] { 1 } });
        await AddAsync("noop", "sample_noop");
        await AddAsync("countdown", "sample_countdown");
        (await TaskAsync("patience"))["outputData"]!.ToJsonString().ShouldBe("""{"seen":3,"before":{"seen":2}}""");
        (await TaskAsync("sum"))["outputData"]!.ToJsonString().ShouldBe("""{"result":3.5}""");
        (await TaskAsync("nosum", "FAILED_WITH_TERMINAL_ERROR"))["reasonForIncompletion"]!.GetValue<string>().ShouldContain("The input has no 'values'");
        (await TaskAsync("sleep", "FAILED_WITH_TERMINAL_ERROR"))["reasonForIncompletion"]!.GetValue<string>().ShouldBe("it was asked to fail");
        (await TaskAsync("echo"))["outputData"]!.ToJsonString().ShouldBe("""{"x":[1]}""");
        (await TaskAsync("countdown"))["outputData"]!.ToJsonString().ShouldBe("""{"left":999}""");
        await TaskAsync("noop");
        await TaskAsync("facts");
        await AddAsync("long", "sample_sleep", new { seconds = 1000 });
        await TaskAsync("long", "IN_PROGRESS");
        (await program.StopAsync()).ShouldBe(0);
        History(await TaskAsync("long", "SCHEDULED")).ShouldBe("handed-out IN_PROGRESS");
    }

    [Fact]
    public async Task A_configuration_file_that_was_named_must_exist()
    {
        var program = Program(["--ini", "no.ini"]);
        (await program.ExitAsync()).ShouldBe(1);
        program.Output.Trim().ShouldBe($"The configuration file {Folder.File("no.ini")} does not exist.");
    }

    private static IReadOnlyList<int> Processes(WorkerProcess program) => [.. RunsAs().Matches(program.Output).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static IEnumerable<JsonNode> Completed(JsonObject state, string name) =>
        state["tasks"]!.AsObject().Select(t => t.Value!).Where(t => t["taskDefName"]!.GetValue<string>() == name && t["status"]!.GetValue<string>() == "COMPLETED");

    private static double PollsOf(string metrics) => metrics.Split('\n').Where(l => l.StartsWith("task_poll_total{taskType=\"sample_facts\"}", StringComparison.Ordinal)).Select(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture)).Sum();

    private static void Kill(int process)
    {
        using var target = System.Diagnostics.Process.GetProcessById(process);
        target.Kill();
    }

    private static bool Lives(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"runs as process (\d+)\.")]
    private static partial Regex RunsAs();
}
