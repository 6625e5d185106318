using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Tasks;
using Muster.Workers.Flamenco.Updates;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Life;

/// <summary>Puts the parts of a worker together and gives them back.</summary>
internal sealed class FlamencoProgram(FlamencoWorker worker, UpdateQueue queue, ManagerClient manager, CommandRunner runner, OutputAnnouncer outputs) : IAsyncDisposable
{
    /// <summary>The worker.</summary>
    public FlamencoWorker Worker => worker;

    /// <summary>Makes a worker.</summary>
    /// <exception cref="WorkerException">Its queue cannot be opened.</exception>
    public static FlamencoProgram Create(FlamencoSettings settings, FlamencoArguments arguments, FlamencoFiles files, TimeProvider clock, ILogger log, StopSignals signals)
    {
        var queue = new UpdateQueue(QueueStore.Open(settings.QueueFile, clock, log), clock, log);
        var manager = new ManagerClient(settings);
        var runner = new CommandRunner(clock);
        var outputs = new OutputAnnouncer(manager, settings, clock, log);
        var subprocess = new Subprocess(runner, settings, log);
        var tasks = new TaskRunner(report => new StepContext(report, subprocess, outputs, clock), clock, log);
        var worker = new FlamencoWorker(settings, arguments, manager, queue, new UpdateSender(queue, manager, settings, clock, log), new Registrar(manager, settings, arguments, files, clock, log), tasks, clock, log);
        UserSignals.Listen(signals, worker);
        return new FlamencoProgram(worker, queue, manager, runner, outputs);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await outputs.DisposeAsync().ConfigureAwait(false);
        await queue.DisposeAsync().ConfigureAwait(false);
        runner.Dispose();
        manager.Dispose();
    }
}
