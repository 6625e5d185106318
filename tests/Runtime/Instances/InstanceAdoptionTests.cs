using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.Versioning;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

[SupportedOSPlatform("linux")]
public sealed class InstanceAdoptionTests : InstanceTest
{
    // Waits for a file in its folder; says what it knows of itself.
    private const string Waits = """
        import os, time
        def process(name):
            print("begun")
            while not os.path.exists(name): time.sleep(0.005)
            print("done")
            return os.getppid()
        """;

    [Fact]
    public async Task A_node_that_was_killed_finds_its_instances_and_goes_on_with_what_they_run()
    {
        await Host.DisposeAsync();
        using var node = Process.Start(new ProcessStartInfo("dotnet", [typeof(NodeProgram).Assembly.Location, "instances", Folder]) { RedirectStandardOutput = true })!;
        var pids = (await node.StandardOutput.ReadLineAsync())!.Split(' ').Select(Number).ToList();

        node.Kill();
        await node.WaitForExitAsync();
        await HostAsync();

        pids.ShouldAllBe(pid => IsRunning(pid));
        var runtime = await PulledAsync("p-1");
        new[] { Status("p-1").Pid, Status("s-1").Pid }.ShouldBe([.. pids.Select(p => (int?)p)]);
        Status("p-1").Adopted.ShouldBeTrue();
        var adopted = Pools.Begun["p-1"].Adopted.ShouldHaveSingleItem();
        adopted.Lines.ShouldBe(1);
        adopted.Assignment.ShouldSatisfyAllConditions(a => a.Process.Id.ShouldBe("a"), a => a.Attempt.ShouldBe(1), a => a.Spec.Queue.ShouldBe("q"), a => a.Spec.Limits.Lease.ShouldBe(TimeSpan.FromSeconds(60)));
        var channel = new FakeChannel();
        var running = runtime.RunAsync(Request("a", adopted: true), channel, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(Folder, "p-1", "go"), "");
        ResultOf(await running).ShouldBe($"{Status("p-1").Pid}");
        channel.Lines.ShouldBe([("stdout", "done")]);
        ResultOf(await RunAsync(runtime, "b", "\"go\"")).ShouldBe($"{Status("p-1").Pid}", "it takes new ones");
    }

    /// <summary>What the node program does: instances and an attempt, until it is killed.</summary>
    internal static async Task NodeAsync(string folder)
    {
        var pools = new FakePools();
        await using var host = new InstanceHost(new InstanceHostOptions { Folder = folder }, pools, _ => { }, TimeProvider.System);
        await host.AdoptAsync();
        await host.StartAsync(Python(Waits));
        await host.StartAsync(Shell("exec sleep 300"));
        await Until.TrueAsync(() => pools.Begun.ContainsKey("p-1"), "it is ready");
        var channel = new FakeChannel();
        using var work = new WorkRoot(Path.GetTempPath());
        var request = new RunRequest
        {
            Process = new Messages.ProcessId("default", "a"),
            Attempt = 1,
            Spec = new Messages.Processes.ProcessSpec { Queue = "q", Input = Json("\"go\"") },
            Folder = work.For(new Messages.ProcessId("default", "a"), 1),
        };
        var running = pools.Begun["p-1"].Runtime.RunAsync(request, channel, CancellationToken.None);
        await Until.TrueAsync(() => channel.Lines.Count == 1, "it has begun");
        Console.WriteLine(string.Join(' ', host.Instances.OrderBy(i => i.Spec.Instance, StringComparer.Ordinal).Select(i => i.Pid)));
        await running;
    }

    [Fact]
    public async Task A_result_that_found_no_node_is_told_to_the_next_and_kept_until_it_is_stored()
    {
        var runtime = await ReadyAsync(Python(Waits));
        var channel = new FakeChannel();
        _ = runtime.RunAsync(Request("a", "\"go\""), channel, CancellationToken.None);
        await Until.TrueAsync(() => channel.Lines.Count == 1, "it has begun");
        await Host.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "p-1", "go"), "");
        await Until.TrueAsync(() => File.Exists(Path.Combine(Folder, "p-1", "go")), "");

        // Two more lives: the result is not forgotten before its end is stored.
        for (var life = 0; life < 2; life++)
        {
            Pools.Begun.Clear();
            await HostAsync();
            var again = await PulledAsync("p-1");
            Pools.Begun["p-1"].Adopted.Length.ShouldBe(1);
            ResultOf(await again.RunAsync(Request("a", adopted: true), new FakeChannel(), CancellationToken.None)).ShouldBe($"{Status("p-1").Pid}");
            if (life == 1)
            {
                ((IHearsEnds)again).Ended(new Messages.ProcessId("default", "a"), 1);
                ResultOf(await RunAsync(again, "b", "\"go\"")).ShouldBe($"{Status("p-1").Pid}");
                ((IHearsEnds)again).Ended(new Messages.ProcessId("default", "b"), 1);
                ResultOf(await RunAsync(again, "c", "\"go\"")).ShouldBe($"{Status("p-1").Pid}");
                ((IHearsEnds)again).Ended(new Messages.ProcessId("default", "c"), 1);
            }

            await Host.DisposeAsync();
        }

        Pools.Begun.Clear();
        await HostAsync();
        await PulledAsync("p-1");
        Pools.Begun["p-1"].Adopted.Select(a => a.Assignment.Process.Id).ShouldNotContain("a");
    }

    [Fact]
    public async Task An_attempt_whose_node_stays_away_for_a_whole_lease_is_ended_by_its_instance()
    {
        var runtime = await ReadyAsync(Python(Waits));
        var channel = new FakeChannel();
        _ = runtime.RunAsync(Request("a", "\"never\"", lease: TimeSpan.FromMilliseconds(200)), channel, CancellationToken.None);
        await Until.TrueAsync(() => channel.Lines.Count == 1, "it has begun");
        var slot = ProcessStat.Running().Single(p => p.Session == ProcessStat.Of(Status("p-1").Pid!.Value)!.Value.Session && p.Group == p.Id && p.Id != p.Session).Id;

        await Host.DisposeAsync();

        await Until.TrueAsync(() => !IsRunning(slot), "the slot was stopped");
        Pools.Begun.Clear();
        await HostAsync();
        ResultOf(await RunAsync(await PulledAsync("p-1"), "b", "\".\"")).ShouldNotBeNull();
        Pools.Begun["p-1"].Adopted.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_ended_while_the_node_was_away_is_known_with_its_exit_code()
    {
        await Host.StartAsync(Shell("while ! [ -e go ]; do sleep 0.01; done; echo last; exit 9"));
        await Host.StartAsync(Shell("exec sleep 300", "killed"));
        var pid = Status("killed").Pid!.Value;
        await Host.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "s-1", "go"), "");
        using (var process = Process.GetProcessById(pid))
        {
            process.Kill();
        }

        await Until.TrueAsync(() => File.Exists(Path.Combine(Folder, "s-1", "exit")) && File.Exists(Path.Combine(Folder, "killed", "exit")), "both have ended");
        await HostAsync();

        (await IsAsync("s-1", InstanceState.Exited)).ShouldSatisfyAllConditions(s => s.ExitCode.ShouldBe(9), s => s.LastLines.ShouldBe(["last"]));
        (await IsAsync("killed", InstanceState.Exited)).Signal.ShouldBe(9);
    }

    [Fact]
    public async Task A_number_that_another_process_has_now_is_not_taken_for_the_instance()
    {
        await Host.StartAsync(Shell("exec sleep 300"));
        var folder = new InstanceFolder(Path.Combine(Folder, "s-1"));
        await Host.StopAsync("s-1", TimeSpan.Zero);
        await Host.DisposeAsync();
        using var other = Process.Start("sleep", "300");
        var mark = ProcessMark.Of(other.Id)!;
        await File.WriteAllTextAsync(folder.File("launcher"), (mark with { Start = mark.Start - 1 }).ToString());
        await File.WriteAllTextAsync(folder.File("main"), (mark with { Start = mark.Start - 1 }).ToString());

        await HostAsync();

        (await IsAsync("s-1", InstanceState.Exited)).Pid.ShouldBeNull();
        IsRunning(other.Id).ShouldBeTrue();
        other.Kill();
    }

    [Fact]
    public async Task A_stop_that_was_interrupted_goes_on()
    {
        var status = await Host.StartAsync(Shell("exec sleep 300"));
        await Host.DisposeAsync();
        var folder = new InstanceFolder(Path.Combine(Folder, "s-1"));
        folder.Write(folder.Record()! with { Stopped = true });

        await HostAsync();

        (await IsAsync("s-1", InstanceState.Exited)).Stopped.ShouldBeTrue();
        IsRunning(status.Pid!.Value).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_nobody_can_read_is_removed_with_what_runs_there()
    {
        var status = await Host.StartAsync(Shell("exec sleep 300"));
        await Host.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "s-1", "instance.json"), "{");

        await HostAsync();

        Host.Instances.ShouldBe(ImmutableArray<InstanceStatus>.Empty);
        IsRunning(status.Pid!.Value).ShouldBeFalse();
        Directory.Exists(Path.Combine(Folder, "s-1")).ShouldBeFalse();
    }

    [Fact]
    public void Only_one_host_uses_a_folder() =>
        Should.Throw<IOException>(() => new InstanceHost(Options(), null, _ => { }, TimeProvider.System));
}
