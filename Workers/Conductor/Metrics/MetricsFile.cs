using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Metrics;

/// <summary>Writes the metrics to a file, whole each time. A worker in a process of its own writes a part, and the host puts the parts together; what a process had counted stays when it dies.</summary>
internal static class MetricsFile
{
    /// <summary>Where the part of a worker stands.</summary>
    public static string Part(string file, int worker) => $"{file}.{worker}";

    /// <summary>Writes until it is stopped, and once more then.</summary>
    public static async Task RunAsync(string file, Func<string> text, TimeSpan interval, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        var trouble = new Trouble(log);
        while (true)
        {
            var last = stop.IsCancellationRequested;
            try
            {
                ReplacedFile.Write(file, text(), ownerOnly: false);
                trouble.Over($"The metrics are written to {file} again.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                trouble.Is($"The metrics cannot be written to {file}: {e.Message}");
            }

            if (last)
            {
                return;
            }

            await Task.Delay(interval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The parts together.</summary>
    public static string Together(string file, int workers)
    {
        var all = new WorkerMetrics();
        for (var i = 0; i < workers; i++)
        {
            try
            {
                all.Add(File.ReadAllText(Part(file, i)));
            }
            catch (IOException)
            {
                // It has not written yet.
            }
        }

        return all.Text();
    }
}
