using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Shared;

public sealed class ReplacedFileTests
{
    [Fact]
    public void A_file_is_replaced_whole_its_link_stays_and_what_a_killed_program_left_is_no_hindrance()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("real"), "old");
        File.CreateSymbolicLink(folder.File("link"), folder.File("real"));
        File.WriteAllText(folder.File("real~"), "half");
        ReplacedFile.Write(folder.File("link"), "new", ownerOnly: true);
        File.ReadAllText(folder.File("real")).ShouldBe("new");
        new FileInfo(folder.File("link")).LinkTarget.ShouldNotBeNull();
        File.GetUnixFileMode(folder.File("real")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(folder.Path).Length.ShouldBe(2);
    }

    [Fact]
    public void A_full_disk_leaves_the_file_as_it_was()
    {
        using var folder = new TestFolder();
        using var disk = new Tmpfs(folder.File("disk"), "256k");
        var path = Path.Combine(disk.Path, "file");
        ReplacedFile.Write(path, "old", ownerOnly: false);
        disk.Fill();
        Should.Throw<IOException>(() => ReplacedFile.Write(path, new string('n', 200_000), ownerOnly: false));
        File.ReadAllText(path).ShouldBe("old");
        File.Exists(path + "~").ShouldBeFalse();
    }
}
