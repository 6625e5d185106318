using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Workers.Conductor.Configuration;
using Muster.Workers.Conductor.Metrics;
using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Running;

/// <summary>One instance of a worker: asks for as many tasks as it has free slots, runs them, and sends what became of them.</summary>
internal sealed class WorkerLoop(ConductorWorker worker, WorkerSettings settings, ConductorClient client, ResultSender sender, WorkerHostOptions options, WorkerMetrics metrics, ILogger log)
{
    /// <summary>2^20 ms are longer than any interval that is used.</summary>
    private const int MostDoublings = 20;

    private readonly TimeProvider _clock = options.Clock;
    private readonly LeaseKeeper _lease = new(client, options.Clock, log);
    private readonly Trouble _trouble = new(log);
    private readonly ConcurrentDictionary<string, object> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(settings.ThreadCount);
    private int _turn;
    private int _empty;
    private int _failures;

    /// <summary>Works until it is stopped, and ends when no task of it runs any more.</summary>
    /// <param name="stop">No more tasks are asked for.</param>
    /// <param name="giveBack">Tasks that still run are cancelled and given back.</param>
    /// <param name="giveUp">Results are no longer waited for.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken giveBack, CancellationToken giveUp)
    {
        if (settings.RegisterTaskDefinition)
        {
            await RegisterAsync(stop).ConfigureAwait(false);
        }

        while (!stop.IsCancellationRequested)
        {
            await StepAsync(stop, giveBack, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // With all slots in hand nothing runs any more.
        for (var i = 0; i < settings.ThreadCount; i++)
        {
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task StepAsync(CancellationToken stop, CancellationToken giveBack, CancellationToken giveUp)
    {
        var name = worker.TaskDefinitionNames[_turn++ % worker.TaskDefinitionNames.Count];
        if (settings.Paused || worker.Paused)
        {
            metrics.Count("task_paused", name);
            await Task.Delay(settings.PollingInterval, _clock, stop).ConfigureAwait(false);
            return;
        }

        await _free.WaitAsync(stop).ConfigureAwait(false);
        var slots = 1;
        while (_free.Wait(0, CancellationToken.None))
        {
            slots++;
        }

        var taken = 0;
        try
        {
            // Not ended by a stop: what the server hands out just then would lie until its time-out.
            var tasks = await PollAsync(name, slots).ConfigureAwait(false);
            foreach (var task in tasks)
            {
                if (Accept(task, name, slots - taken))
                {
                    taken++;
                    _ = Task.Run(() => RunInSlotAsync(task, name, stop, giveBack, giveUp), CancellationToken.None);
                }
            }
        }
        finally
        {
            if (slots > taken)
            {
                _free.Release(slots - taken);
            }
        }

        if (taken == 0)
        {
            await Task.Delay(Pause(), _clock, stop).ConfigureAwait(false);
        }
    }

    private async Task RunInSlotAsync(ConductorTask task, string name, CancellationToken stop, CancellationToken giveBack, CancellationToken giveUp)
    {
        try
        {
            await RunTaskAsync(task, name, stop, giveBack, giveUp).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.LogError(e, "Task {Task} of {Name} could not be answered.", task.TaskId, name);
        }
        finally
        {
            // Of a task that was given back another run may be here already.
            _running.TryRemove(new KeyValuePair<string, object>(task.TaskId, task));
            _free.Release();
        }
    }

    private bool Accept(ConductorTask task, string name, int slots)
    {
        if (task.TaskId.Length == 0 || task.WorkflowInstanceId.Length == 0)
        {
            log.LogError("The server handed out a task of {Name} without taskId or workflowInstanceId; it cannot be answered.", name);
            return false;
        }

        if (slots == 0)
        {
            metrics.Count("task_execution_queue_full", name);
            log.LogError("The server handed out more tasks of {Name} than were asked for; task {Task} waits for its response time-out.", name, task.TaskId);
            return false;
        }

        if (!_running.TryAdd(task.TaskId, task))
        {
            log.LogWarning("The server handed out task {Task} again while it runs here; it runs on once.", task.TaskId);
            return false;
        }

        return true;
    }

    private async Task<IReadOnlyList<ConductorTask>> PollAsync(string name, int count)
    {
        metrics.Count("task_poll", name);
        var started = _clock.GetTimestamp();
        try
        {
            var tasks = await client.PollAsync(name, settings, count, CancellationToken.None).ConfigureAwait(false);
            metrics.Set("task_poll_time", name, _clock.GetElapsedTime(started).TotalSeconds);
            _trouble.Over($"The server answers polls for {name} again.");
            _failures = 0;
            _empty = tasks.Count == 0 ? Math.Min(_empty + 1, MostDoublings) : 0;
            return tasks;
        }
        catch (ServerAwayException e)
        {
            metrics.Count("task_poll_error", name, ("exception", e.InnerException?.GetType().Name ?? "Answer"));
            _trouble.Is($"Polling for {name} failed: {e.Message}. Trying again, at last every {options.PollBackoff.Cap.TotalSeconds:0.###} s.");
            _failures++;
            return [];
        }
    }

    // The longer there was nothing, the longer the wait, up to the polling interval.
    private TimeSpan Pause()
    {
        if (_failures > 0)
        {
            return options.PollBackoff.After(_failures, Random.Shared.NextDouble());
        }

        var grown = TimeSpan.FromMilliseconds(Math.Pow(2, _empty));
        return grown < settings.PollingInterval ? grown : settings.PollingInterval;
    }

    private async Task RunTaskAsync(ConductorTask task, string name, CancellationToken stop, CancellationToken giveBack, CancellationToken giveUp)
    {
        if (stop.IsCancellationRequested)
        {
            await sender.SendOrKeepAsync(Write(Named(TaskResult.InProgress(TimeSpan.Zero), task), name), task.TaskId, name, giveUp).ConfigureAwait(false);
            return;
        }

        using var over = new CancellationTokenSource();
        var keeping = settings.ExtendLease ? _lease.KeepAsync(task, settings.WorkerId, over.Token) : Task.CompletedTask;
        var started = _clock.GetTimestamp();
        var result = Named(await ExecuteAsync(task, name, giveBack).ConfigureAwait(false), task);
        metrics.Set("task_execute_time", name, _clock.GetElapsedTime(started).TotalSeconds);
        if (result.Status == TaskResultStatus.InProgress)
        {
            // The server may hand the same task out again before it has answered.
            _running.TryRemove(new KeyValuePair<string, object>(task.TaskId, task));
        }

        await sender.SendOrKeepAsync(Write(result, name), task.TaskId, name, giveUp).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
    }

    private async Task<TaskResult> ExecuteAsync(ConductorTask task, string name, CancellationToken giveBack)
    {
        try
        {
            // A worker that does not listen is not waited for.
            var output = await Task.Run(() => worker.ExecuteAsync(task, giveBack), CancellationToken.None).WaitAsync(giveBack).ConfigureAwait(false);
            return output as TaskResult ?? TaskResult.Completed(output);
        }
        catch (OperationCanceledException) when (giveBack.IsCancellationRequested)
        {
            log.LogWarning("Task {Task} of {Name} was not ready when the host had to stop; it is given back.", task.TaskId, name);
            return TaskResult.InProgress(TimeSpan.Zero);
        }
        catch (Exception e)
        {
            metrics.Count("task_execute_error", name, ("exception", e.GetType().Name));
            log.LogWarning("Task {Task} of {Name} failed: {Reason}", task.TaskId, name, e.Message);
            return Failed(e);
        }
    }

    private TaskResult Failed(Exception e) => new()
    {
        Status = e is TerminalTaskException ? TaskResultStatus.FailedWithTerminalError : TaskResultStatus.Failed,
        ReasonForIncompletion = e.Message,
        Logs = [new TaskLog(e.ToString(), _clock.GetUtcNow().ToUnixTimeMilliseconds())],
    };

    private TaskResult Named(TaskResult result, ConductorTask task) =>
        result with { TaskId = task.TaskId, WorkflowInstanceId = task.WorkflowInstanceId, WorkerId = result.WorkerId ?? settings.WorkerId };

    private byte[] Write(TaskResult result, string name)
    {
        byte[] bytes;
        try
        {
            bytes = ConductorJson.Write(result);
        }
        catch (Exception e)
        {
            bytes = ConductorJson.Write(Failed(new TerminalTaskException($"The output cannot be written as JSON: {e.Message}", e)) with { TaskId = result.TaskId, WorkflowInstanceId = result.WorkflowInstanceId, WorkerId = result.WorkerId });
        }

        metrics.Set("task_result_size", name, bytes.Length);
        return bytes;
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        foreach (var name in worker.TaskDefinitionNames)
        {
            try
            {
                var answer = await client.RegisterAsync(name, stop).ConfigureAwait(false);
                if (!answer.IsSuccess)
                {
                    log.LogWarning("The server did not take the definition of {Name}: {Answer}", name, answer);
                }
            }
            catch (ServerAwayException e)
            {
                log.LogWarning("The server was not told the definition of {Name}: {Reason}", name, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
