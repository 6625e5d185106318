using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Client.Handlers;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>A worker: takes attempts, runs their handlers, keeps their leases and tells their ends, until the host stops.</summary>
internal sealed class MusterWorker : BackgroundService
{
    private readonly MusterWorkerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly AttemptTable _table = new();
    private readonly EndLoop _ends;
    private readonly HeartbeatLoop _heartbeats;
    private readonly ReportLoop _reports;
    private readonly AssignLoop _assign;
    private readonly HandlerRegistry _handlers;
    private readonly AssignBody _demand;
    private CancellationToken _hurry;

    public MusterWorker(MusterClient client, MusterWorkerOptions options, HandlerRegistry handlers, ILogger log)
    {
        options.Check();
        if (handlers.Functions.Count == 0)
        {
            throw new InvalidOperationException("The worker has no handlers: add them with Handle(\"func\", ...).");
        }

        var transport = client.Transport;
        _options = options;
        _handlers = handlers;
        _clock = transport.Clock;
        _log = log;
        var calls = new AttemptCalls(transport);
        Signal freed = new(_clock), beats = new(_clock), some = new(_clock), much = new(_clock);
        _demand = Demand(options, handlers, options.Namespace ?? client.Namespace);
        _ends = new EndLoop(calls, _table, _clock, freed, log);
        _heartbeats = new HeartbeatLoop(calls, _table, _clock, transport.Options.RequestTimeout, beats, log);
        _reports = new ReportLoop(calls, _table, _clock, options.LogInterval, some, much, log);
        var runner = new AttemptRunner(handlers, options, _table, _ends, beats, freed, log);
        _assign = new AssignLoop(calls, options, _demand, _table, runner, Hold, _ends, _clock, freed, beats, log);

        RunningAttempt Hold(Assignment assignment) => new(assignment, _demand.Namespace, _clock, new AttemptReport(_clock, some, much));
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _hurry = cancellationToken;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WorkerLog.Started(
            _log, _options.Executor, string.Join(", ", _handlers.Functions), string.Join(", ", _demand.Queues ?? _demand.Types ?? []), _options.Slots);
        using var loops = new CancellationTokenSource();
        Task[] speaking = [_ends.RunAsync(loops.Token), _heartbeats.RunAsync(loops.Token), _reports.RunAsync(loops.Token)];
        await _assign.RunAsync(stoppingToken);
        WorkerLog.Stopping(_log, _options.Executor, _table.Count);
        await EndHandlersAsync();
        await ReachedAsync(_table.WhenEmptyAsync(), _options.StopFlushTime, CancellationToken.None);
        if (_table.Count > 0)
        {
            WorkerLog.Undelivered(_log, _options.Executor, _table.Count);
        }

        await loops.CancelAsync();
        try
        {
            await Task.WhenAll(speaking);
        }
        catch (OperationCanceledException) when (loops.IsCancellationRequested)
        {
            // This is how the loops end.
        }
    }

    private async Task EndHandlersAsync()
    {
        var handlers = Task.WhenAll(_table.All.Select(attempt => attempt.Handler));
        if (await ReachedAsync(handlers, _options.StopGrace, _hurry))
        {
            return;
        }

        foreach (var attempt in _table.All.Where(attempt => !attempt.HandlerEnded))
        {
            attempt.Stop(AttemptFate.Stopping);
        }

        await ReachedAsync(handlers, _options.StopCancelTime, _hurry);
        foreach (var attempt in _table.All.Where(attempt => attempt.ClaimEnd()))
        {
            attempt.Abandoned = true;
            WorkerLog.Abandoned(_log, attempt.Key.Id, attempt.Key.Attempt);
            _ends.Post(AttemptEnd.Release(attempt, "The worker stopped, and the handler did not end in time."));
        }
    }

    private async Task<bool> ReachedAsync(Task task, TimeSpan limit, CancellationToken hurry)
    {
        try
        {
            await task.WaitAsync(limit, _clock, hurry);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static AssignBody Demand(MusterWorkerOptions options, HandlerRegistry handlers, string nameSpace) => new()
    {
        Namespace = nameSpace,
        Executor = options.Executor,
        Queues = options.Queues.Count > 0 ? [.. options.Queues] : options.Types.Count > 0 ? null : ["default"],
        Types = options.Types.Count > 0 ? [.. options.Types] : null,
        Functions = [.. handlers.Functions],
        Runtimes = options.Runtimes.Count > 0 ? [.. options.Runtimes] : null,
        Labels = options.Labels.Count > 0 ? options.Labels.ToDictionary() : null,
        Location = options.Location,
        Resources = options.Resources.Count > 0 ? options.Resources.ToDictionary() : null,
        Max = 1,
        Wait = options.PollWait,
        RequestId = "",
    };
}
