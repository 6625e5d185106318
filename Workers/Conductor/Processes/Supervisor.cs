using Microsoft.Extensions.Logging;

namespace Muster.Workers.Conductor.Processes;

/// <summary>Keeps one process for each worker: one that dies is started again, later each time until it has lived for a while.</summary>
internal sealed class Supervisor(WorkerHostOptions options, ILogger log)
{
    /// <summary>Who lived so long is not starting in vain.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(60);

    /// <summary>What a process may take to end beyond what its tasks may.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);

    /// <summary>Runs until it is stopped and all processes have ended.</summary>
    public Task RunAsync(int workers, Func<int, string> nameOf, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(i => KeepAsync(i, nameOf(i), stop)));

    private async Task KeepAsync(int index, string name, CancellationToken stop)
    {
        var deaths = 0;
        while (!stop.IsCancellationRequested)
        {
            var started = options.Clock.GetTimestamp();
            using var process = ChildProcess.Start(index);
            log.LogInformation("Worker {Index} ({Name}) runs as process {Process}.", index, name, process.Id);
            await process.WaitForExitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited)
            {
                await EndAsync(process, index, name).ConfigureAwait(false);
                return;
            }

            if (stop.IsCancellationRequested)
            {
                return;
            }

            deaths = options.Clock.GetElapsedTime(started) >= LongLife ? 1 : deaths + 1;
            var wait = options.RestartBackoff.After(deaths);
            log.LogError("Process {Process} of worker {Index} ({Name}) ended with exit code {Code}. It is started again in {Wait} s.", process.Id, index, name, process.ExitCode, wait.TotalSeconds);
            await Task.Delay(wait, options.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task EndAsync(System.Diagnostics.Process process, int index, string name)
    {
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(options.StopTimeout + EndsWithin, options.Clock);
        await process.WaitForExitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            log.LogError("Process {Process} of worker {Index} ({Name}) did not end in time and is killed.", process.Id, index, name);
            process.Kill(entireProcessTree: true);
        }
    }
}
