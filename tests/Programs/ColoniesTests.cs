using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>A seed as a program, and the executor and the client of <c>samples/colonies</c> as programs.</summary>
public sealed class ColoniesTests : IAsyncDisposable
{
    // The published keys of test suites of the protocol.
    private const string ServerId = "039231c7644e04b6895471dd5335cf332681c54e27f81fac54f9067b3f2c0103";
    private const string OwnerKey = "ba949fa134981372d6da62b6a56f336ab4d843b22c02a4257dcf7d0d73097514";
    private const string OwnerId = "4787a5071856a4acf702b2ffcea422e3237a679c681314113d86139461290cf4";

    private static readonly string Samples = Path.Combine(RunTests.Root, "samples", "colonies");

    private readonly TestFolder _folder = new();
    private readonly int _port = Ports.Free();
    private readonly List<ProgramProcess> _programs = [];

    private string Outputs => string.Join("\n===\n", _programs.Select(p => p.Output));

    [Fact]
    public async Task A_process_of_either_form_goes_all_the_way()
    {
        await using var seed = await SeedAsync();
        Executor("one");
        Executor("two");
        var submits = new List<ProgramProcess>();
        foreach (var file in (string[])["sleep.json", "sleep-old.json"])
        {
            var spec = _folder.File(file);
            await File.WriteAllTextAsync(spec, (await File.ReadAllTextAsync(Path.Combine(Samples, file))).Replace("COLONY_ID", OwnerId, StringComparison.Ordinal));
            submits.Add(Python("submit.py", null, "--wait", spec));
        }

        foreach (var submit in submits)
        {
            (await submit.ExitAsync()).ShouldBe(0, Outputs);
            submit.Output.ShouldContain("slept 3 s", Case.Sensitive, Outputs);
            submit.Output.ShouldContain("\"successful\"", Case.Sensitive, Outputs);
        }
    }

    [Fact]
    public async Task An_executor_that_dies_leaves_its_process_to_the_next()
    {
        await using var seed = await SeedAsync();
        var first = Executor("first");
        var id = await SubmitAsync("""{"funcname":"sleep","args":[2],"maxexectime":4,"maxretries":1,"conditions":{"executortype":"cli"}}""");
        await UntilAsync(seed, id, p => (string?)p["status"] == "running");
        await first.KillAsync();
        Executor("second");

        var done = await UntilAsync(seed, id, p => (string?)p["status"] == "succeeded");
        ((string?)done["executor"]).ShouldBe("second");
        ((int)done["attempt"]!).ShouldBe(2);
    }

    [Fact]
    public async Task An_executor_that_is_told_to_end_finishes_first()
    {
        await using var seed = await SeedAsync();
        var executor = Executor("one");
        var id = await SubmitAsync("""{"funcname":"sleep","args":[2],"conditions":{"executortype":"cli"}}""");
        await UntilAsync(seed, id, p => (string?)p["status"] == "running");
        await executor.SignalAsync("TERM");

        (await executor.ExitAsync()).ShouldBe(0, Outputs);
        ((string?)(await UntilAsync(seed, id, _ => true))["status"]).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_seed_that_dies_between_submit_and_assign_loses_nothing()
    {
        var ids = new List<string>();
        await using (var seed = await SeedAsync())
        {
            foreach (var n in Enumerable.Range(0, 3))
            {
                ids.Add(await SubmitAsync($$"""{"funcname":"echo","args":["n{{n}}"],"conditions":{"executortype":"cli"} }"""));
            }

            await seed.KillAsync();
        }

        // It is there before the server is, and asks until there is one.
        Executor("one");
        await using var again = await SeedAsync();
        foreach (var (n, id) in ids.Index())
        {
            (await UntilAsync(again, id, p => (string?)p["status"] == "succeeded"))["result"]!.ToJsonString().ShouldBe($"""["n{n}"]""");
        }
    }

    [Fact]
    public async Task The_worker_of_the_seed_runs_processes_of_the_colony_as_commands()
    {
        await using var seed = await SeedAsync("--queues", "default,dev/cli:exec");
        var env = Python("submit.py", null, "--wait", Spec("""{"func":"env","args":[],"env":{"TEST":"test env"},"conditions":{"colonyid":"COLONY_ID","executortype":"cli"}}"""));
        (await env.ExitAsync()).ShouldBe(0, Outputs);
        // One text: the standard output.
        var shown = JsonNode.Parse(env.Output[env.Output.IndexOf('{', StringComparison.Ordinal)..])!;
        shown["out"]!.AsArray().Single()!.GetValue<string>().Split('\n').ShouldContain("TEST=test env");

        var long1 = Python("submit.py", null, "--wait", Spec("""{"func":"sleep","args":["3"],"conditions":{"colonyid":"COLONY_ID","executortype":"cli"},"maxexectime":1,"maxretries":3}"""));
        (await long1.ExitAsync()).ShouldBe(1, Outputs);
        var failed = JsonNode.Parse(long1.Output[long1.Output.IndexOf('{', StringComparison.Ordinal)..])!;
        ((string?)failed["state"]).ShouldBe("failed");
        ((int)failed["retries"]!).ShouldBe(3);
        failed["errors"]!.ToJsonString().ShouldBe("""["Maximum execution time limit exceeded"]""");
        // Each attempt came to its end meanwhile or later, and none of them closed it.
        var id = (string)failed["processid"]!;
        ((string?)(await UntilAsync(seed, id, _ => true))["status"]).ShouldBe("failed");
        ((int)(await UntilAsync(seed, id, _ => true))["attempt"]!).ShouldBe(4);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<SeedProcess> SeedAsync(params string[] options)
    {
        var url = $"http://127.0.0.1:{_port}";
        string[] worker = options.Length == 0 ? ["--slots", "0"] : options;
        var seed = SeedProcess.StartWith(
            new Dictionary<string, string> { ["COLONIES_SERVER_ID"] = ServerId }, _folder.Path, url, ["--urls", url, "--log-level", "warning", "--colonies-colony", $"dev={OwnerId}", .. worker]);
        _programs.Add(seed);
        await seed.ReadyAsync();
        return seed;
    }

    private ProgramProcess Executor(string name) => Python("executor.py", new() { ["COLONIES_EXECUTOR_NAME"] = name });

    private ProgramProcess Python(string script, Dictionary<string, string>? variables, params string[] arguments)
    {
        var program = ProgramProcess.StartPython(
            new Dictionary<string, string>(variables ?? [])
            {
                ["COLONIES_SERVER_HOST"] = "127.0.0.1",
                ["COLONIES_SERVER_PORT"] = $"{_port}",
                ["COLONIES_COLONY_PRVKEY"] = OwnerKey,
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            }, _folder.Path, Path.Combine(Samples, script), arguments);
        _programs.Add(program);
        return program;
    }

    private string Spec(string json)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, json.Replace("COLONY_ID", OwnerId, StringComparison.Ordinal));
        return file;
    }

    private async Task<string> SubmitAsync(string json)
    {
        var submit = Python("submit.py", null, Spec(json));
        (await submit.ExitAsync()).ShouldBe(0, Outputs);
        return submit.Output.Trim();
    }

    private async Task<JsonNode> UntilAsync(SeedProcess seed, string id, Func<JsonNode, bool> good)
    {
        try
        {
            return (await Eventually.SeeAsync(async () => (await seed.Api.GetAsync($"/v1/processes/{id}?namespace=dev")).Body!, good))!;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Outputs}", e);
        }
    }
}
