using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

[SupportedOSPlatform("linux")]
public sealed class InstanceLifeTests : InstanceTest
{
    [Fact]
    public async Task A_command_runs_in_a_session_and_a_folder_of_its_own_with_its_environment()
    {
        var spec = Shell("echo $A $B $MUSTER_INSTANCE; pwd; cut -d' ' -f6 /proc/$$/stat; exec sleep 300") with
        {
            Env = Shell("").Env.Add("A", "1"),
            Secrets = Shell("").Secrets.Add("B", "hidden"),
        };

        var status = await Host.StartAsync(spec);
        await IsAsync("s-1", InstanceState.Healthy);
        await Until.TrueAsync(() => Host.Log("s-1", 10).Length == 3, "it has written");

        var lines = Host.Log("s-1", 10);
        lines[0].ShouldBe("1 hidden s-1");
        lines[1].ShouldBe(Path.Combine(Folder, "s-1"));
        var session = Number(lines[2]);
        session.ShouldNotBe(ProcessStat.Of(Environment.ProcessId)!.Value.Session);
        ProcessStat.Of(status.Pid!.Value)!.Value.Session.ShouldBe(session);
        File.ReadAllText(Path.Combine(Folder, "s-1", "instance.json")).ShouldNotContain("hidden");
    }

    [Fact]
    public async Task The_end_of_an_instance_is_told_with_its_exit_code_and_last_lines()
    {
        await Host.StartAsync(Shell("echo first; echo 'the reason' >&2; exit 7"));

        var status = await IsAsync("s-1", InstanceState.Exited);

        status.ExitCode.ShouldBe(7);
        status.Reason.ShouldBe("It ended with exit code 7.");
        status.LastLines.ShouldBe(["first", "the reason"]);
        await Until.TrueAsync(() => Changes.LastOrDefault()?.State == InstanceState.Exited, "it was told");
    }

    [Fact]
    public async Task An_instance_that_was_killed_is_told_with_the_signal()
    {
        var status = await Host.StartAsync(Shell("exec sleep 300"));

        using (var process = Process.GetProcessById(status.Pid!.Value))
        {
            process.Kill();
        }

        (await IsAsync("s-1", InstanceState.Exited)).Signal.ShouldBe(9);
    }

    [Fact]
    public async Task A_command_that_is_not_there_has_ended_with_the_reason()
    {
        var status = await Host.StartAsync(Shell("") with { Command = ["nothing-like-this"] });

        status.State.ShouldBe(InstanceState.Exited);
        status.Reason!.ShouldStartWith("There is no command 'nothing-like-this' on this node");
    }

    [Fact]
    public async Task A_stop_asks_first_and_ends_by_force_what_does_not_hear_with_all_it_started()
    {
        var polite = await Host.StartAsync(Shell("trap 'echo bye; exit 0' TERM; while :; do sleep 0.02; done", "polite"));
        var deaf = await Host.StartAsync(Shell("trap '' TERM; sleep 300 & echo $!; while :; do sleep 0.02; done", "deaf") with { KillAfter = TimeSpan.FromMilliseconds(200) });
        await Until.TrueAsync(() => Host.Log("deaf", 10).Length == 1, "it has started another");
        var child = Number(Host.Log("deaf", 10)[0]);

        await Task.WhenAll(Host.StopAsync("polite", TimeSpan.Zero), Host.StopAsync("deaf", TimeSpan.Zero));

        Host.Log("polite", 10).ShouldBe(["bye"]);
        Status("polite").ShouldSatisfyAllConditions(s => s.ExitCode.ShouldBe(0), s => s.Stopped.ShouldBeTrue());
        Status("deaf").Signal.ShouldBe(9);
        new[] { polite.Pid!.Value, deaf.Pid!.Value, child }.ShouldAllBe(pid => !IsRunning(pid));
    }

    [Fact]
    public async Task Output_is_kept_in_files_that_do_not_grow_for_ever()
    {
        await Host.StartAsync(Shell("i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done") with { LogBytes = 8 * 1024 });
        await IsAsync("s-1", InstanceState.Exited);

        Directory.GetFiles(Path.Combine(Folder, "s-1"), "out*.log").Sum(f => new FileInfo(f).Length).ShouldBeLessThanOrEqualTo(3 * 8 * 1024);
        Host.Log("s-1", 2).ShouldBe(["line 29998", "line 29999"]);
    }

    [Fact]
    public async Task The_same_again_changes_nothing_and_one_that_has_ended_starts_anew()
    {
        var first = await Host.StartAsync(Shell("exec sleep 300"));
        (await Host.StartAsync(Shell("exec sleep 300"))).Pid.ShouldBe(first.Pid);
        await Should.ThrowAsync<InvalidOperationException>(() => Host.StartAsync(Shell("exec sleep 300") with { Revision = 2 }));
        await Should.ThrowAsync<InvalidOperationException>(() => Host.RemoveAsync("s-1"));

        await Host.StopAsync("s-1", TimeSpan.Zero);
        var second = await Host.StartAsync(Shell("exec sleep 300") with { Revision = 2 });

        second.Pid.ShouldNotBe(first.Pid);
        await Host.StopAsync("s-1", TimeSpan.Zero);
        await Host.RemoveAsync("s-1");
        Directory.Exists(Path.Combine(Folder, "s-1")).ShouldBeFalse();
        Host.Instances.ShouldBeEmpty();
    }

    [Fact]
    public async Task Health_is_looked_at_by_http_tcp_or_a_command()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var quick = new InstanceHealthCheck { Every = TimeSpan.FromMilliseconds(20), Failures = 2 };
        await Host.StartAsync(Shell("exec sleep 300", "tcp") with { Health = quick with { Tcp = address } });
        await Host.StartAsync(Shell("exec sleep 300", "command") with { Health = quick with { Command = ["test", "-e", "good"] } });
        await IsAsync("tcp", InstanceState.Healthy);
        Status("command").State.ShouldBe(InstanceState.Starting);
        await File.WriteAllTextAsync(Path.Combine(Folder, "command", "good"), "");
        await IsAsync("command", InstanceState.Healthy);

        listener.Stop();
        File.Delete(Path.Combine(Folder, "command", "good"));

        (await IsAsync("tcp", InstanceState.Unhealthy)).Reason!.ShouldContain("refused");
        (await IsAsync("command", InstanceState.Unhealthy)).Reason!.ShouldContain("the command ended with exit code 1");
        await File.WriteAllTextAsync(Path.Combine(Folder, "command", "good"), "");
        await IsAsync("command", InstanceState.Healthy);
    }

    [Fact]
    public async Task An_instance_that_is_not_ready_in_time_is_unhealthy()
    {
        await Host.StartAsync(Shell("exec sleep 300") with { Protocol = InstanceProtocol.Pipe, Queues = ["q"], StartWithin = TimeSpan.FromMilliseconds(100) });

        (await IsAsync("s-1", InstanceState.Unhealthy)).Reason.ShouldBe("0.1 s after its start it has not connected to its socket");
    }

    [Fact]
    public async Task Open_files_are_limited()
    {
        await Host.StartAsync(Shell("ulimit -n; exit 0") with { Limits = new InstanceLimits { OpenFiles = 33 } });
        await IsAsync("s-1", InstanceState.Exited);

        Host.Log("s-1", 1).ShouldBe(["33"]);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_spec_is_named_and_nothing_is_started()
    {
        var wrong = Shell("") with { Instance = "a/b", Queues = ["q q"], Slots = 0, Runtime = "cobol", Health = new InstanceHealthCheck { Tcp = "x" }, Limits = new InstanceLimits { Memory = 5 } };

        var message = (await Should.ThrowAsync<ArgumentException>(() => Host.StartAsync(wrong))).Message;

        foreach (var part in new[] { "instance: 'a/b'", "queues: 'q q'", "slots: 0", "runtime: there is no runtime 'cobol'", "health.tcp: 'x'", "limits.memory: 5" })
        {
            message.ShouldContain(part);
        }

        Host.Instances.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_with_a_long_path_has_its_socket_elsewhere()
    {
        var id = new string('i', 120);
        var runtime = await ReadyAsync(Python("def process(m): return m", id));

        ResultOf(await RunAsync(runtime, "a", "5")).ShouldBe("5");
        await Host.StopAsync(id, TimeSpan.Zero);
        var socket = new InstanceFolder(Path.Combine(Folder, id)).Socket;
        await Host.RemoveAsync(id);
        Directory.Exists(Path.GetDirectoryName(socket)).ShouldBeFalse();
    }
}
