using System.Diagnostics;

namespace Muster.Bench.Measuring;

/// <summary>How long the disk takes to make four kilobytes durable; no figure means anything without it.</summary>
internal static class FsyncProbe
{
    private const int Times = 200;

    /// <summary>The median, in milliseconds.</summary>
    /// <param name="folder">Where.</param>
    public static double MedianMs(string folder)
    {
        var path = Path.Combine(folder, $"fsync-{Environment.ProcessId}");
        var times = new Latencies();
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var block = new byte[4096];
            for (var i = 0; i < Times; i++)
            {
                file.Write(block);
                var start = Stopwatch.GetTimestamp();
                file.Flush(flushToDisk: true);
                times.Add(start, Stopwatch.GetTimestamp());
            }
        }
        finally
        {
            File.Delete(path);
        }

        return times.At(0.5)!.Value;
    }
}
