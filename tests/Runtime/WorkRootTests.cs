using System.Runtime.Versioning;
using Muster.Messages;
using Muster.Runtime;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

[UnsupportedOSPlatform("windows")]
public sealed class WorkRootTests : IDisposable
{
    private static readonly ProcessId Process = new("default", "p");

    private readonly string _parent = Directory.CreateTempSubdirectory("muster-root-").FullName;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public void Nothing_is_made_before_a_folder_is_asked_for()
    {
        using var root = new WorkRoot(_parent);
        root.For(Process, 1).Remove().ShouldBeTrue();

        Directory.EnumerateFileSystemEntries(_parent).ShouldBeEmpty();
    }

    [Fact]
    public void A_folder_is_closed_to_other_users()
    {
        using var root = new WorkRoot(_parent);

        File.GetUnixFileMode(root.For(Process, 1).Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Attempts_and_namespaces_do_not_share_folders()
    {
        using var root = new WorkRoot(_parent);

        new[] { root.For(Process, 1).Path, root.For(Process, 2).Path, root.For(new ProcessId("other", "p"), 1).Path }.ShouldBeUnique();
    }

    [Fact]
    public void A_folder_cannot_be_made_again_after_its_end()
    {
        using var root = new WorkRoot(_parent);
        var folder = root.For(Process, 1);
        folder.Remove();

        Should.Throw<InvalidOperationException>(() => folder.Path);
    }

    [Fact]
    public void The_end_of_a_node_leaves_nothing()
    {
        var root = new WorkRoot(_parent);
        File.WriteAllText(Path.Combine(root.For(Process, 1).Path, "f"), "x");

        root.Dispose();

        Directory.EnumerateFileSystemEntries(_parent).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_killed_node_left_is_removed_and_what_a_living_one_uses_is_not()
    {
        using var living = new WorkRoot(_parent);
        var used = living.For(Process, 1).Path;
        var left = Path.Combine(_parent, "muster-work-left");
        Directory.CreateDirectory(Path.Combine(left, "default", "p-1"));
        File.WriteAllText(Path.Combine(left, ".lock"), "");
        using var next = new WorkRoot(_parent);

        _ = next.For(Process, 1).Path;

        Directory.Exists(left).ShouldBeFalse();
        Directory.Exists(used).ShouldBeTrue();
    }
}
