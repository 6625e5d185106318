using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

[SupportedOSPlatform("linux")]
public sealed class InstanceProtocolTests : InstanceTest
{
    // Connects, says what stands in the environment, and stays.
    private const string Says = """
        import os, socket, time
        s = socket.socket(socket.AF_UNIX)
        s.connect(os.environ["MUSTER_SOCKET"])
        s.sendall(eval(os.environ["SAYS"]))
        time.sleep(300)
        """;

    [Theory]
    [InlineData("b'garbage\\n'", "It broke the protocol: A line is not JSON:")]
    [InlineData("b'{\"type\":\"ready\"}\\n'", "It broke the protocol: Its first line is not 'hello'.")]
    [InlineData("b'{\"type\":\"hello\",\"protocol\":7}\\n'", "It broke the protocol: It speaks version 7 of the protocol, and this node version 1.")]
    [InlineData("b'{\"type\":\"hello\",\"protocol\":1}\\n{\"type\":\"result\"}\\n'", "It broke the protocol: A message lacks a field, or has one of the wrong kind: {\"type\":\"result\"}")]
    [InlineData("b'[' * 100_000 + b'\\n'", "It broke the protocol: A line is not JSON:")]
    [InlineData("b'[1]\\n'", "It broke the protocol: A message lacks a field, or has one of the wrong kind: [1]")]
    [InlineData("b'x' * 5_000_000", "It broke the protocol: It sent a line of more than 4194304 bytes.")]
    public async Task An_instance_that_says_garbage_or_too_much_is_ended_with_the_reason(string says, string reason)
    {
        await Host.StartAsync(Program(Says) with { Env = Program("").Env.Add("SAYS", says) });

        var status = await IsAsync("s-1", InstanceState.Exited);

        status.Reason!.ShouldStartWith(reason);
        Host.Instances.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Words_that_are_not_known_and_attempts_that_nobody_has_are_let_pass()
    {
        const string Hello = """{"type":"hello","protocol":1,"new":[]}""";
        const string Words = """{"type":"later","x":{}}NL{"type":"log","key":"default/x/1","text":"t"}NL{"type":"result","key":"default/x/1","result":1}NL{"type":"ready"}""";
        await Host.StartAsync(Program(Says) with { Env = Program("").Env.Add("SAYS", $"b'''{Hello}NL{Words}NL'''.replace(b'NL', b'\\n')") });

        await IsAsync("s-1", InstanceState.Healthy);
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_is_unhealthy_until_it_does()
    {
        var runtime = await ReadyAsync(Python("def process(m): return m"));
        var pid = Status("p-1").Pid!.Value;

        await SignalAsync("STOP", pid);
        (await IsAsync("p-1", InstanceState.Unhealthy)).Reason.ShouldBe("It does not answer.");
        await SignalAsync("CONT", pid);

        await IsAsync("p-1", InstanceState.Healthy);
        ResultOf(await RunAsync(runtime, "a", "3")).ShouldBe("3");
    }

    [Fact]
    public async Task What_runs_when_the_instance_ends_has_failed_and_what_comes_then_is_given_back()
    {
        var runtime = await ReadyAsync(Python("import time\ndef process(m):\n    print('begun')\n    time.sleep(300)\n"));
        var channel = new FakeChannel();
        var running = RunAsync(runtime, "a", channel: channel);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");

        await SignalAsync("KILL", Status("p-1").Pid!.Value);

        ErrorOf(await running).ShouldBe("The instance has ended: It was ended by signal 9.");
        (await RunAsync(runtime, "b")).ShouldBe(new RunOutcome.GivenBack("The instance has ended: It was ended by signal 9."));
    }

    [Fact]
    public async Task A_new_revision_replaces_without_dropping_what_runs()
    {
        var old = await ReadyAsync(Python("import os, time\ndef process(m):\n    print('begun')\n    while not os.path.exists('go'): time.sleep(0.005)\n    return 'old'\n", "old"));
        var channel = new FakeChannel();
        var running = RunAsync(old, "a", channel: channel);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");
        Pools.Drained = running;
        var young = await ReadyAsync(Python("def process(m): return 'new'", "new") with { Revision = 2 });

        var stop = Host.StopAsync("old", TimeSpan.FromSeconds(60));
        await IsAsync("old", InstanceState.Stopping);
        ResultOf(await RunAsync(young, "b")).ShouldBe("\"new\"");
        await File.WriteAllTextAsync(Path.Combine(Folder, "old", "go"), "");

        ResultOf(await running).ShouldBe("\"old\"");
        await stop;
        Status("old").ShouldSatisfyAllConditions(s => s.ExitCode.ShouldBe(0), s => s.Reason.ShouldBe("It was stopped."));
    }

    [Fact]
    public async Task An_instance_that_does_not_end_a_cancelled_attempt_is_ended_itself()
    {
        const string Deaf = """
            import os, socket, time
            s = socket.socket(socket.AF_UNIX)
            s.connect(os.environ["MUSTER_SOCKET"])
            s.sendall(b'{"type":"hello","protocol":1}\n{"type":"ready"}\n')
            while True: s.recv(1000)
            """;
        var runtime = await ReadyAsync(Program(Deaf));
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(runtime, "a", cancelled: cancel.Token);
        await cancel.CancelAsync();

        (await running).ShouldBe(RunOutcome.Cancelled.Instance);
        (await IsAsync("s-1", InstanceState.Exited)).Reason.ShouldBe("It did not end attempt 1 of process default/a within 0.5 s after that was cancelled.");
    }

    internal override InstanceHostOptions Options() => base.Options() with { PingEvery = TimeSpan.FromMilliseconds(50), CancelWithin = TimeSpan.FromMilliseconds(500) };

    private static InstanceSpec Program(string code) => Shell("") with { Protocol = InstanceProtocol.Pipe, Queues = ["q"], Command = ["python3", "-c", code] };

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
