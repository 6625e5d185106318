using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench;

/// <summary>Makes a disk slow: the kernel holds every fsync of this program, and of all that it starts, for some milliseconds.</summary>
internal static class SlowDisk
{
    private const string Mark = "MUSTER_BENCH_SLOW_DISK";

    /// <summary>Whether this program runs on one already.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Runs this program again, on one; gives its exit code.</summary>
    /// <param name="delay">What each fsync takes longer.</param>
    /// <param name="cancel">Interrupts it.</param>
    public static async Task<int> RunAgainAsync(TimeSpan delay, CancellationToken cancel)
    {
        var microseconds = ((long)delay.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        string[] traced = ["--follow-forks", "--seccomp-bpf", "--quiet=all", "--output=/dev/null", "--trace=fsync,fdatasync", $"--inject=fsync,fdatasync:delay_exit={microseconds}"];
        using var again = Process.Start(new ProcessStartInfo("strace", [.. traced, .. Environment.GetCommandLineArgs() is [var self, .. var rest] ? (string[])["dotnet", self, .. rest] : []])
        {
            Environment = { [Mark] = "1" },
        })!;
        // Ctrl+C reaches it as well, and it cleans up.
        await again.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return cancel.IsCancellationRequested ? 2 : again.ExitCode;
    }
}
