using System.Diagnostics;
using System.Runtime.Versioning;
using Muster.Messages;
using Muster.Runtime;
using Muster.Runtime.Exec;
using Muster.Runtime.Instances;
using Muster.Tests.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

[SupportedOSPlatform("linux")]
public sealed class GroupLedgerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Groups_that_a_killed_node_left_end_before_the_next_takes_work()
    {
        using var left = Group("sleep 300 & exec sleep 300");
        using var over = Group("exec sleep 300");
        Abandoned(ledger =>
        {
            ledger.Add(left.Id);
            ledger.Add(over.Id);
            ledger.Remove(over.Id);
        });
        using var next = new WorkRoot(_folder);

        await next.EndAbandonedAsync();

        await left.WaitForExitAsync();
        ProcessGroup.IsAlive(left.Id).ShouldBeFalse();
        over.HasExited.ShouldBeFalse("it was over for that node, and the number may be another's");
        over.Kill();
        Directory.EnumerateDirectories(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_that_another_has_now_is_left_alone()
    {
        using var other = Group("exec sleep 300");
        Abandoned(ledger => ledger.Add(other.Id));
        var file = Directory.EnumerateFiles(_folder, $"{other.Id}", SearchOption.AllDirectories).Single();
        var mark = ProcessMark.Read(file)!;
        await File.WriteAllTextAsync(file, (mark with { Start = mark.Start - 1 }).ToString());
        using var next = new WorkRoot(_folder);

        await next.EndAbandonedAsync();

        other.HasExited.ShouldBeFalse();
        other.Kill();
    }

    [Fact]
    public async Task Groups_of_a_node_that_lives_are_left_alone_and_its_folder_with_them()
    {
        using var group = Group("exec sleep 300");
        using var lives = new WorkRoot(_folder);
        lives.Groups.Add(group.Id);
        using var next = new WorkRoot(_folder);

        await next.EndAbandonedAsync();
        _ = next.For(new ProcessId("default", "p"), 1).Path;

        group.HasExited.ShouldBeFalse();
        group.Kill();
        Directory.EnumerateFiles(_folder, $"{group.Id}", SearchOption.AllDirectories).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_command_is_noted_while_it_runs()
    {
        using var work = new WorkRoot(_folder);
        using var runtime = new ExecRuntime(new ExecOptions(), TimeProvider.System, work.Groups);
        var channel = new FakeChannel();
        var request = new RunRequest
        {
            Process = new ProcessId("default", "p"),
            Attempt = 1,
            Spec = new Messages.Processes.ProcessSpec { Queue = "q", Func = "sh", Args = [InstanceTest.Json("\"-c\""), InstanceTest.Json("\"echo $$; while ! [ -e go ]; do sleep 0.01; done\"")] },
            Folder = work.For(new ProcessId("default", "p"), 1),
        };
        var running = runtime.RunAsync(request, channel, CancellationToken.None);
        await Until.TrueAsync(() => channel.Lines.Count == 1, "it runs");

        Directory.EnumerateFiles(_folder, channel.Lines[0].Text, SearchOption.AllDirectories).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(Path.Combine(request.Folder.Path, "go"), "");

        await running;
        Directory.EnumerateFiles(_folder, channel.Lines[0].Text, SearchOption.AllDirectories).ShouldBeEmpty();
    }

    // As a killed node leaves it: its folder with the notes, and nobody who holds the lock.
    private void Abandoned(Action<GroupLedger> noted)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "muster-work-left")).FullName;
        File.WriteAllText(Path.Combine(folder, ".lock"), "");
        noted(new GroupLedger(() => Path.Combine(folder, ".groups")));
    }

    private static Process Group(string script)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", script]);
        start.Environment["MUSTER_NAMESPACE"] = "default";
        return Process.Start(start)!;
    }
}
