using System.Runtime.Versioning;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

/// <summary>The runtime of samples/runtimes/node: the protocol as a program knows it that is not ours.</summary>
[SupportedOSPlatform("linux")]
public sealed class InstanceNodeTests : InstanceTest
{
    private static readonly string Samples = Path.Combine(Root(AppContext.BaseDirectory), "samples", "runtimes", "node");

    [Fact]
    public async Task A_function_gets_the_input_and_its_value_is_the_result()
    {
        var runtime = await ReadyAsync(Shell("") with { Protocol = InstanceProtocol.Pipe, Queues = ["q"], Command = ["node", Path.Combine(Samples, "runtime.js"), Path.Combine(Samples, "hello.js")] });
        var channel = new FakeChannel();

        ResultOf(await RunAsync(runtime, "a", """{"name": "käse"}""", channel)).ShouldBe("""{"hello":"käse"}""");
        channel.Lines.ShouldBe([("stdout", "attempt 1 of a")]);
        channel.Progresses.ShouldBe([(0.5, "half")]);
        await Host.StopAsync("s-1", TimeSpan.FromSeconds(5));
        Status("s-1").ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_code_does_wrong_fails_its_attempt_and_the_next_runs()
    {
        var runtime = await ReadyAsync(Javascript("""
            exports.process = async (input) => {
              if (input === 'throw') throw Object.assign(new Error('so'), { retryable: false });
              if (input === 'exit') process.exit(4);
              if (input === 'function') return () => 1;
              return input;
            };
            """));

        (await RunAsync(runtime, "a", "\"throw\"")).ShouldBeOfType<RunOutcome.Failed>().ShouldSatisfyAllConditions(f => f.Error.ShouldContain("main:2"), f => f.Retryable.ShouldBeFalse());
        ErrorOf(await RunAsync(runtime, "b", "\"exit\"")).ShouldBe("The thread of the slot ended with exit code 4.");
        ErrorOf(await RunAsync(runtime, "c", "\"function\"")).ShouldBe("The function returned what is no JSON.");
        ResultOf(await RunAsync(runtime, "d", "5")).ShouldBe("5");
    }

    [Fact]
    public async Task A_loop_without_end_ends_when_it_is_cancelled()
    {
        var runtime = await ReadyAsync(Javascript("exports.process = (input) => { if (input) return input; console.log('begun'); for (;;); };"));
        using var cancel = new CancellationTokenSource();
        var channel = new FakeChannel();
        var running = RunAsync(runtime, "a", null, channel, cancel.Token);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");

        await cancel.CancelAsync();

        (await running).ShouldBe(RunOutcome.Cancelled.Instance);
        ResultOf(await RunAsync(runtime, "b", "7")).ShouldBe("7");
    }

    [Fact]
    public async Task Code_that_does_not_parse_makes_the_instance_unhealthy_with_the_reason()
    {
        await Host.StartAsync(Javascript("exports.process = (=> {"));

        (await IsAsync("s-1", InstanceState.Unhealthy)).Reason!.ShouldContain("SyntaxError");
    }

    [Fact]
    public async Task It_goes_on_when_the_node_has_been_away()
    {
        var runtime = await ReadyAsync(Javascript("""
            const fs = require('node:fs');
            exports.process = async () => {
              console.log('begun');
              while (!fs.existsSync('go')) await new Promise((r) => setTimeout(r, 5));
              return 'done';
            };
            """));
        var channel = new FakeChannel();
        _ = RunAsync(runtime, "a", channel: channel);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");

        await RestartHostAsync();

        var again = await PulledAsync("s-1");
        Pools.Begun["s-1"].Adopted.ShouldHaveSingleItem().Lines.ShouldBe(1);
        var running = again.RunAsync(Request("a", adopted: true), new FakeChannel(), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(Folder, "s-1", "go"), "");
        ResultOf(await running).ShouldBe("\"done\"");
    }

    private static InstanceSpec Javascript(string code) => Shell("") with
    {
        Protocol = InstanceProtocol.Pipe,
        Queues = ["q"],
        Command = ["node", Path.Combine(Samples, "runtime.js"), "code/main"],
        Code = System.Text.Encoding.UTF8.GetBytes(code),
    };

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Cluster.sln")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
