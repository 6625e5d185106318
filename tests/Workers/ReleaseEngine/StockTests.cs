using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;
using Muster.Workers.ReleaseEngine;
using Muster.Workers.ReleaseEngine.Stock;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>The workers noop, sleep and command.</summary>
[Collection(BrokerTests.Name)]
public sealed class StockTests(BrokerFixture broker) : IAsyncLifetime
{
    private readonly CommandRunner _runner = new(TimeProvider.System);
    private Core _core = null!;

    public async Task InitializeAsync() => _core = await Core.OpenAsync(broker.Connection);

    public async Task DisposeAsync()
    {
        await _core.DisposeAsync();
        _runner.Dispose();
    }

    [Fact]
    public async Task Noop_completes_and_fails_as_it_is_told()
    {
        await using var worker = Start(new NoopWorker());
        var completed = await _core.RunAsync("Anything");
        ((string)completed["status"]!).ShouldBe("completed");
        completed.ContainsKey("data").ShouldBeFalse();
        ((string)(await _core.RunAsync("Fail"))["status"]!).ShouldBe("failed");
        // Case matters.
        ((string)(await _core.RunAsync("fail"))["status"]!).ShouldBe("completed");
    }

    [Theory]
    [InlineData("0.05", 0.05)]
    [InlineData("\"0.05\"", 0.05)]
    [InlineData("0", 0)]
    public async Task Sleep_answers_how_long_it_slept(string seconds, double slept)
    {
        await using var worker = Start(new SleepWorker(TimeProvider.System));
        var answer = await _core.RunAsync("Sleep", new() { ["seconds"] = JsonNode.Parse(seconds) });
        ((string)answer["status"]!).ShouldBe("completed");
        ((double)answer["data"]!).ShouldBe(slept);
    }

    [Fact]
    public async Task Sleep_refuses_what_is_no_length_before_it_starts()
    {
        await using var worker = Start(new SleepWorker(TimeProvider.System));
        (await _core.RefusedAsync("Sleep")).ShouldBe("SleepWorker failed due to missing key: 'seconds'.");
        foreach (var wrong in (string[])["-1", "\"soon\"", "\"NaN\"", "true", "[1]", "1e300"])
        {
            (await _core.RefusedAsync("Sleep", new() { ["seconds"] = JsonNode.Parse(wrong) })).ShouldContain("must be a number from 0");
        }
    }

    [Fact]
    public async Task A_command_answers_with_exit_code_and_output_and_its_lines_are_output()
    {
        await using var worker = Command();
        var output = await _core.ListenAsync("output");
        var answer = await _core.RunAsync("Run", new() { ["cmd"] = "echo $RE_HOST $RE_GROUP $RE_DEPLOYMENT $RE_DYNAMIC; echo wrong >&2" }, dynamic: new() { ["cart"] = "a" });
        ((string)answer["status"]!).ShouldBe("completed");
        var data = answer["data"]!;
        ((int)data["exit_code"]!).ShouldBe(0);
        ((string)data["stdout"]!).ShouldBe($"host1 group {_core.Deployment} {{\"cart\":\"a\"}}\n");
        ((string)data["stderr"]!).ShouldBe("wrong\n");
        await output.UntilAsync(1, r => r.Body.Contains("wrong", StringComparison.Ordinal) && r.Properties.CorrelationId == _core.Deployment);
    }

    [Fact]
    public async Task A_command_that_fails_is_tried_as_often_as_the_step_says()
    {
        await using var worker = Command();
        var file = Path.Combine(Path.GetTempPath(), $"muster-tries-{Guid.NewGuid():N}");
        var answer = await _core.RunAsync("Run", new() { ["cmd"] = $"echo x >>{file}; [ $(wc -l <{file}) -ge 3 ]", ["tries"] = 5 });
        ((string)answer["status"]!).ShouldBe("completed");
        ((int)answer["data"]!["tries"]!).ShouldBe(3);
        File.Delete(file);

        var failed = await _core.RunAsync("Run", new() { ["cmd"] = "exit 3", ["tries"] = 2 });
        ((string)failed["status"]!).ShouldBe("failed");
        ((int)failed["data"]!["exit_code"]!).ShouldBe(3);
        ((int)failed["data"]!["tries"]!).ShouldBe(2);
    }

    [Fact]
    public async Task A_command_counts_only_when_its_checks_end_well()
    {
        await using var worker = Command();
        ((string)(await _core.RunAsync("Run", new() { ["cmd"] = "true", ["check_scripts"] = new JsonArray("true", "exit 0") }))["status"]!).ShouldBe("completed");
        var failed = await _core.RunAsync("Run", new() { ["cmd"] = "true", ["check_scripts"] = new JsonArray("true", "echo no; exit 4") });
        ((string)failed["status"]!).ShouldBe("failed");
        ((string)failed["data"]!["failed_check"]!).ShouldBe("echo no; exit 4");
        ((string)failed["data"]!["check"]!["stdout"]!).ShouldBe("no\n");
    }

    [Fact]
    public async Task What_is_no_command_is_refused_before_it_starts()
    {
        await using var worker = Command();
        (await _core.RefusedAsync("run", new() { ["cmd"] = "true" })).ShouldContain("there is no subcommand 'run'; there is Run");
        (await _core.RefusedAsync("Run")).ShouldContain("missing key: 'cmd'");
        (await _core.RefusedAsync("Run", new() { ["cmd"] = 7 })).ShouldContain("'cmd' must be a text");
        (await _core.RefusedAsync("Run", new() { ["cmd"] = "true", ["tries"] = 0 })).ShouldContain("'tries'");
        (await _core.RefusedAsync("Run", new() { ["cmd"] = "true", ["check_scripts"] = "true" })).ShouldContain("'check_scripts'");
    }

    [Fact]
    public async Task What_stands_before_the_command_names_the_host()
    {
        await using var worker = Command(new CommandSettings { Run = ["/bin/echo", "on {host}:"] });
        var answer = await _core.RunAsync("Run", new() { ["cmd"] = "uptime -p" });
        ((string)answer["data"]!["stdout"]!).ShouldBe("on host1: uptime -p\n");
        (await _core.RefusedAsync("Run", new() { ["cmd"] = "true", ["hosts"] = new JsonArray("a", "b") })).ShouldContain("'hosts' must be a list of one host");
    }

    [Fact]
    public async Task A_command_that_takes_too_long_or_is_not_there_fails()
    {
        await using (Command(new CommandSettings { Timeout = TimeSpan.FromMilliseconds(200) }))
        {
            ((string)(await _core.RunAsync("Run", new() { ["cmd"] = "sleep 60" }))["data"]!["error"]!).ShouldContain("took longer than 0.2 s");
        }

        await using var none = Command(new CommandSettings { Run = ["/no/such/program"] });
        ((string)(await _core.RunAsync("Run", new() { ["cmd"] = "x" }))["data"]!["error"]!).ShouldContain("/no/such/program");
    }

    private RunningWorker Command(CommandSettings? settings = null) => Start(new CommandWorker(_runner, settings ?? new CommandSettings(), TimeProvider.System));

    private RunningWorker Start(ReleaseWorker worker) => RunningWorker.Start(worker, broker.Server, new WorkerSettings { Queue = _core.Suffix });
}
