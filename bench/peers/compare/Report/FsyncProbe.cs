using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Bench.Peers.Compare.Report;

/// <summary>How long the disk takes to make four kilobytes durable; no rate means anything without it.</summary>
internal static class FsyncProbe
{
    private const int Times = 200;
    private const int Bytes = 4096;

    /// <summary>The median, in milliseconds.</summary>
    /// <param name="folder">Where; what is written is deleted.</param>
    public static double MedianMs(string folder)
    {
        var path = Path.Combine(folder, "fsync");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var block = new byte[Bytes];
            var times = new double?[Times];
            for (var i = 0; i < Times; i++)
            {
                var start = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)i * Bytes);
                if (Fdatasync(file) != 0)
                {
                    throw new Refusal($"The disk of {folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");
                }

                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            return Spread.Of(times)!.Median;
        }
        finally
        {
            File.Delete(path);
        }
    }

    // What databases call; the framework only has fsync.
    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int Fdatasync(SafeFileHandle file);
}
