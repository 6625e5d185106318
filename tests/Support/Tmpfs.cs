using System.Diagnostics;

namespace Muster.Tests.Support;

/// <summary>A file system of a few megabytes, to be filled, gone after the test. Needs to be root.</summary>
public sealed class Tmpfs : IDisposable
{
    /// <summary>Makes it.</summary>
    /// <param name="path">Where; the folder is made when it is missing.</param>
    /// <param name="size">How much it holds, as mount takes it: <c>12m</c>.</param>
    /// <param name="mode">As mount takes it: <c>ro</c> to write nothing.</param>
    public Tmpfs(string path, string size, string mode = "rw")
    {
        Path = Directory.CreateDirectory(path).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={size},{mode}", "tmpfs", Path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (var length = block.Length; length > 0;)
        {
            try
            {
                ballast.Write(block, 0, length);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    /// <summary>What <see cref="Fill"/> took is free again.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc />
    public void Dispose() => Run("umount", "--lazy", Path);

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

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
