using Microsoft.Extensions.Logging;
using Muster.Workers.Conductor.Configuration;
using Muster.Workers.Conductor.Metrics;
using Muster.Workers.Conductor.Processes;
using Muster.Workers.Conductor.Running;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor;

/// <summary>
/// Runs workers against a Conductor server. A worker that is listed several times is several instances. With isolation by process the host starts
/// the same program again for each worker: the program has to make the same list every time, and call <c>RunAsync</c> before it does
/// anything that must happen only once.
/// </summary>
/// <param name="workers">The workers; at least one.</param>
/// <param name="options">How the host works; default as documented there.</param>
/// <param name="logs">Where it writes its log; default standard error.</param>
public sealed class WorkerHost(IReadOnlyList<ConductorWorker> workers, WorkerHostOptions? options = null, ILoggerFactory? logs = null)
{
    /// <summary>What results may take longer than tasks at the end of the host.</summary>
    private static readonly TimeSpan ForResults = TimeSpan.FromSeconds(5);

    private readonly WorkerHostOptions _options = options ?? new WorkerHostOptions();
    private readonly WorkerMetrics _metrics = new();

    /// <summary>The metrics of the workers that run in this process, in the text format of Prometheus.</summary>
    public string MetricsText => _metrics.Text();

    /// <summary>Runs until Ctrl+C or SIGTERM; a second one ends the program at once.</summary>
    /// <exception cref="WorkerException">The configuration file that was named does not exist.</exception>
    public async Task RunAsync()
    {
        using var signals = new StopSignals();
        await RunAsync(signals.Stopping).ConfigureAwait(false);
    }

    /// <summary>Runs until it is stopped: then no more tasks are asked for, those that run may end or are given back, and results are sent.</summary>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="WorkerException">The configuration file that was named does not exist.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(workers.Count, nameof(workers));
        using var own = logs is null ? WorkerLog.Create() : null;
        var log = (logs ?? own!).CreateLogger("conductor-worker");
        if (ChildProcess.Index is { } index && _options.Isolation == WorkerIsolation.Process)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _ = ChildProcess.HostGoneAsync().ContinueWith(_ => linked.Cancel(), TaskScheduler.Default);
            await RunWorkersAsync([(workers[index], index)], _options.MetricsFile is { } file ? MetricsFile.Part(file, index) : null, log, linked.Token).ConfigureAwait(false);
        }
        else if (_options.Isolation == WorkerIsolation.Process)
        {
            // Wrong configuration is said once, before anything runs.
            WorkerFile.Read(_options.ConfigurationFile, _ => { });
            using var written = new CancellationTokenSource();
            var writing = _options.MetricsFile is { } file
                ? MetricsFile.RunAsync(file, () => MetricsFile.Together(file, workers.Count), _options.MetricsInterval, _options.Clock, log, written.Token)
                : Task.CompletedTask;
            await new Supervisor(_options, log).RunAsync(workers.Count, i => workers[i].TaskDefinitionNames[0], stop).ConfigureAwait(false);
            await written.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
        else
        {
            await RunWorkersAsync([.. workers.Select((w, i) => (w, i))], _options.MetricsFile, log, stop).ConfigureAwait(false);
        }
    }

    private async Task RunWorkersAsync(IReadOnlyList<(ConductorWorker Worker, int Index)> mine, string? metricsFile, ILogger log, CancellationToken stop)
    {
        var file = WorkerFile.Read(_options.ConfigurationFile, Warn);
        var configuration = new WorkerConfiguration(Environment.GetEnvironmentVariable, file, _options.UpperCaseTaskNames, Warn);
        using var client = new ConductorClient(_options);
        var giveBack = new CancellationTokenSource();
        var giveUp = new CancellationTokenSource();
        using var written = new CancellationTokenSource();
        var writing = metricsFile is null ? Task.CompletedTask : MetricsFile.RunAsync(metricsFile, _metrics.Text, _options.MetricsInterval, _options.Clock, log, written.Token);
        using var limit = stop.Register(() => _ = LimitAsync(giveBack.CancelAsync, giveUp.CancelAsync));
        await Task.WhenAll(mine.Select(async m =>
        {
            var settings = configuration.For(m.Worker);
            log.LogInformation("Worker {Index} takes {Tasks} from {Server} as {Id}: domain {Domain}, at most {Threads} at once.", m.Index, string.Join(", ", m.Worker.TaskDefinitionNames), _options.Api, settings.WorkerId, settings.Domain ?? "none", settings.ThreadCount);
            var sender = new ResultSender(client, _options, _options.UnsentFile is { } unsent ? $"{unsent}.{m.Index}" : null, _metrics, log);
            await sender.SendUnsentAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await new WorkerLoop(m.Worker, settings, client, sender, _options, _metrics, log).RunAsync(stop, giveBack.Token, giveUp.Token).ConfigureAwait(false);
        })).ConfigureAwait(false);
        await written.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);

        void Warn(string what) => log.LogWarning("{Warning}", what);
    }

    private async Task LimitAsync(Func<Task> giveBack, Func<Task> giveUp)
    {
        await Task.Delay(_options.StopTimeout, _options.Clock).ConfigureAwait(false);
        await giveBack().ConfigureAwait(false);
        await Task.Delay(ForResults, _options.Clock).ConfigureAwait(false);
        await giveUp().ConfigureAwait(false);
    }
}
