using System.Diagnostics;

namespace Muster.Tests.Store.Sqlite;

/// <summary>A file system of a few megabytes, gone after the test. Needs to be root.</summary>
internal sealed class Tmpfs : IDisposable
{
    public Tmpfs(string path, string size, string mode = "rw")
    {
        Path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={size},{mode}", "tmpfs", Path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    public void Dispose() => Run("umount", "--lazy", Path);

    private static void Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"This test fills a file system of its own and must be allowed to mount one (run it as root): {program} {string.Join(' ', args)} said: {error}");
        }
    }
}
