using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Muster.Runtime.Exec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

[UnsupportedOSPlatform("windows")]
public sealed class GroupWatcherTests
{
    [Fact]
    public async Task Groups_end_when_the_node_is_gone()
    {
        using var kept = Group("sleep 60 & exec sleep 60");
        using var stubborn = Group("trap '' TERM; while :; do sleep 0.1; done");
        var watcher = Watcher();
        watcher.Add(kept.Id);
        watcher.Add(stubborn.Id);

        // The system closes the pipe of a killed node just so.
        watcher.Dispose();

        await kept.WaitForExitAsync();
        await stubborn.WaitForExitAsync();
        await Until.TrueAsync(() => !ProcessGroup.IsAlive(kept.Id) && !ProcessGroup.IsAlive(stubborn.Id), "both groups ended");
    }

    [Fact]
    public async Task A_group_that_is_over_is_left_alone()
    {
        using var forgotten = Group("exec sleep 60");
        using var last = Group("exec sleep 60");
        var watcher = Watcher();
        watcher.Add(forgotten.Id);
        watcher.Add(last.Id);
        watcher.Remove(forgotten.Id);

        watcher.Dispose();

        await last.WaitForExitAsync();
        forgotten.HasExited.ShouldBeFalse();
        forgotten.Kill();
    }

    [Fact]
    public async Task A_watcher_that_was_killed_is_replaced()
    {
        using var group = Group("exec sleep 60");
        using var other = Group("exec sleep 60");
        var watcher = Watcher();
        watcher.Add(group.Id);
        using (var shell = Process.GetProcessById(watcher.ShellId!.Value))
        {
            shell.Kill();
            await shell.WaitForExitAsync();
        }

        await Until.TrueAsync(() => !watcher.IsRunning, "the watcher is known to be gone");
        watcher.Add(other.Id);
        watcher.Dispose();

        await group.WaitForExitAsync();
        await other.WaitForExitAsync();
    }

    [Fact]
    public async Task A_killed_node_leaves_no_commands_behind()
    {
        using var node = Process.Start(new ProcessStartInfo("dotnet", [typeof(NodeProgram).Assembly.Location]) { RedirectStandardOutput = true })!;
        var group = int.Parse((await node.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        ProcessGroup.IsAlive(group).ShouldBeTrue();

        node.Kill();
        await node.WaitForExitAsync();

        await Until.TrueAsync(() => !ProcessGroup.IsAlive(group), "the command and its child ended");
    }

    private static GroupWatcher Watcher()
    {
        CommandPath.Find("setsid", "/usr/bin:/bin", out var setsid).ShouldBeNull();
        return new GroupWatcher(setsid, "/bin/sh");
    }

    private static Process Group(string script) => Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", script]))!;
}
