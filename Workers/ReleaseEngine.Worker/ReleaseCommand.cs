using System.CommandLine;
using Microsoft.Extensions.Logging;
using Muster.Workers.ReleaseEngine.Stock;
using Muster.Workers.Shared;

namespace Muster.Workers.ReleaseEngine.Worker;

/// <summary>The command line of re-worker.</summary>
internal static class ReleaseCommand
{
    private static readonly Argument<string> Which = new("WORKER") { Description = "noop, sleep or command" };
    private static readonly Argument<string> Broker = new("MQ_CONFIG")
    {
        Description = "The JSON file that says where the broker is: server, user, password, vhost; port (5672, with TLS 5671), ssl (false) and heartbeat (60 s)",
    };

    private static readonly Option<string?> Worker = new("-w", "--worker-config")
    {
        Description = "The JSON file of the worker: queue (the queue is worker.QUEUE; default: the class in lower case), OUTPUT_LEVEL (DEBUG), parallel (1), prefetch (as parallel), acknowledge (received or answered), "
            + "notify_exchange (re), stop_seconds (30), reconnect_seconds (5); for command also run ([\"/bin/sh\", \"-c\"]) and timeout_seconds",
    };

    private static readonly Option<bool> Verbose = new("-v", "--verbose") { Description = "Log more" };

    public static RootCommand Create()
    {
        var root = new RootCommand("A worker of Release Engine: takes steps from its queue, runs them, and answers. Ctrl+C: what runs may end, then it ends with 0.") { Which, Broker, Worker, Verbose };
        root.SetAction(async parsed =>
        {
            var settings = parsed.GetValue(Worker) is { } file ? WorkerSettings.Load(file) : new WorkerSettings();
            var broker = BrokerSettings.Load(parsed.GetValue(Broker)!);
            using var runner = new CommandRunner(TimeProvider.System);
            ReleaseWorker worker = parsed.GetValue(Which) switch
            {
                "noop" => new NoopWorker(),
                "sleep" => new SleepWorker(TimeProvider.System),
                "command" => new CommandWorker(runner, CommandSettings.Of(settings), TimeProvider.System),
                var other => throw new WorkerException($"There is no worker '{other}'; there are noop, sleep and command.", 2),
            };
            using var signals = new StopSignals();
            using var logs = WorkerLog.Create(parsed.GetValue(Verbose) ? LogLevel.Debug : LogLevel.Information);
            await new ReleaseHost(worker, broker, settings, TimeProvider.System, logs.CreateLogger("re-worker")).RunAsync(signals.Stopping).ConfigureAwait(false);
            return 0;
        });
        return root;
    }
}
