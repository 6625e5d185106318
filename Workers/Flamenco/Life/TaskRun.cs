using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Tasks;
using Muster.Workers.Flamenco.Updates;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Life;

/// <summary>One run of one task, with what may stop it: the answers to /may-i-run, the answers to its updates, and the end of the worker.</summary>
internal sealed class TaskRun(TaskDocument task, TaskReport report, TaskRunner runner, ManagerClient manager, UpdateSender sender, FlamencoSettings settings, TimeProvider clock, ILogger log)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Trouble _trouble = new(log);
    private StopReason? _reason;

    /// <summary>Runs the task to its end.</summary>
    /// <param name="stopping">The worker stops.</param>
    /// <returns>Why it was stopped; null when it ended by itself, which is reported then.</returns>
    public async Task<StopReason?> RunAsync(CancellationToken stopping)
    {
        using var stop = stopping.Register(() => Stop(new StopReason.WorkerStops()));
        using var over = new CancellationTokenSource();
        sender.Answered = OnAnswer;
        var asking = AskAsync(over.Token);
        try
        {
            return await runner.RunAsync(task, report, _stop.Token).ConfigureAwait(false) ? null : _reason;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
            sender.Answered = null;
        }
    }

    private async Task AskAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(settings.MayIRunInterval, clock, over).ConfigureAwait(false);
                await AskOnceAsync(over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The task is over.
        }
    }

    // Only a clear no stops a task: a manager that is away or talks nonsense does not.
    private async Task AskOnceAsync(CancellationToken over)
    {
        try
        {
            var answer = await manager.MayIRunAsync(report.Task, over).ConfigureAwait(false);
            if (answer.IsSuccess && FlamencoWire.Read<MayIRunAnswer>(answer.Body) is { MayKeepRunning: { } may } said)
            {
                _trouble.Over("The manager answers again whether the task may run.");
                if (!may)
                {
                    Stop(new StopReason.NotAllowed(said.Reason ?? "no reason given", said.StatusRequested));
                }
            }
            else
            {
                _trouble.Is($"The manager does not say whether task {report.Task} may run: {answer}. It runs on.");
            }
        }
        catch (ManagerAwayException e)
        {
            _trouble.Is($"The manager cannot be asked whether task {report.Task} may run ({e.Message}). It runs on.");
        }
    }

    private void OnAnswer(QueuedItem item, ManagerAnswer answer)
    {
        // What earlier runs had to say is not about this one.
        if (item.Run != report.Run)
        {
            return;
        }

        if (answer.Status == HttpStatusCode.Conflict)
        {
            Stop(new StopReason.TakenAway());
        }
        else if (answer.Body.Length > 0 && FlamencoWire.Read<MayIRunAnswer>(answer.Body) is { MayKeepRunning: false } said)
        {
            Stop(new StopReason.NotAllowed(said.Reason ?? "no reason given", said.StatusRequested));
        }
    }

    private void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _stop.Cancel();
        }
    }
}
