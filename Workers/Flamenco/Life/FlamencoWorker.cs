using System.Net;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Tasks;
using Muster.Workers.Flamenco.Updates;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Life;

/// <summary>The life of a worker: it becomes known, takes tasks while it is awake, sleeps and ends when it is asked to.</summary>
internal sealed class FlamencoWorker(
    FlamencoSettings settings,
    FlamencoArguments arguments,
    ManagerClient manager,
    UpdateQueue queue,
    UpdateSender sender,
    Registrar registrar,
    TaskRunner tasks,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>With more updates waiting no task is asked for.</summary>
    private const int MostWaiting = 10;

    private readonly Trouble _trouble = new(log);
    private readonly Signal _requests = new();
    private string _status = WorkerStatus.Awake;
    private string? _request;

    /// <summary>Asks for another state; the running task ends first.</summary>
    public void Request(string status)
    {
        log.LogInformation("Asked by a signal to be {Status}.", status);
        Interlocked.Exchange(ref _request, status);
        _requests.Set();
    }

    /// <summary>Lives until it is stopped, asked to shut down, or has done its one task.</summary>
    /// <exception cref="WorkerException">The manager refuses the worker.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var sending = new CancellationTokenSource();
        var sent = Task.CompletedTask;
        try
        {
            await registrar.EnterAsync(stopping).ConfigureAwait(false);

            // What an earlier life left behind is told before a task is asked for.
            await sender.FlushAsync(stopping).ConfigureAwait(false);
            sent = sender.RunAsync(sending.Token);
            if (arguments.Test)
            {
                await AcknowledgeAsync(WorkerStatus.Testing, stopping).ConfigureAwait(false);
            }

            await LiveAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.LogInformation("Stopping.");
        }

        await sending.CancelAsync().ConfigureAwait(false);
        await sent.ConfigureAwait(false);
        await LeaveAsync().ConfigureAwait(false);
    }

    private async Task LiveAsync(CancellationToken stopping)
    {
        while (_status != WorkerStatus.Shutdown)
        {
            if (Interlocked.Exchange(ref _request, null) is { } asked)
            {
                await ChangeAsync(asked, stopping).ConfigureAwait(false);
                continue;
            }

            var wait = _status switch
            {
                WorkerStatus.Asleep => await SleepAsync(stopping).ConfigureAwait(false),
                WorkerStatus.Error => await RecoverAsync(stopping).ConfigureAwait(false),
                _ => await WorkAsync(stopping).ConfigureAwait(false),
            };
            if (wait is not { } time)
            {
                return;
            }

            await WaitAsync(time, stopping).ConfigureAwait(false);
        }
    }

    // How long to wait before the next task is asked for; null when the worker has done what it was started for.
    private async Task<TimeSpan?> WorkAsync(CancellationToken stopping)
    {
        var news = queue.Changed.Next;
        if (queue.HoldsAnEnd || queue.Waiting > MostWaiting)
        {
            // The manager would hand out the same task again.
            await Task.WhenAny(news, Task.Delay(settings.FetchWhenFailed, clock, stopping)).ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
            return TimeSpan.Zero;
        }

        if (PreTaskCheck.Problem(settings) is { } problem)
        {
            log.LogError("A check before the next task failed: {Problem} No task is asked for during {Seconds} s.", problem, settings.ErrorWait.TotalSeconds);
            await ChangeAsync(WorkerStatus.Error, stopping).ConfigureAwait(false);
            return TimeSpan.Zero;
        }

        ManagerAnswer answer;
        try
        {
            answer = await manager.FetchTaskAsync(stopping).ConfigureAwait(false);
        }
        catch (ManagerAwayException e)
        {
            return Failed($"The manager at {settings.Manager} cannot be asked for a task: {e.Message}.");
        }

        switch (answer.Status)
        {
            case HttpStatusCode.NoContent:
                _trouble.Over("The manager answers again.");
                return settings.FetchWhenEmpty;
            case HttpStatusCode.Locked when FlamencoWire.Read<StatusRequest>(answer.Body)?.StatusRequested is { Length: > 0 } status:
                _trouble.Over("The manager answers again.");
                await ChangeAsync(status, stopping).ConfigureAwait(false);
                return _status == WorkerStatus.Awake ? settings.FetchAfterTask : TimeSpan.Zero;
            case HttpStatusCode.OK when FlamencoWire.Read<TaskDocument>(answer.Body) is { Id.Length: > 0 } task:
                _trouble.Over("The manager answers again.");
                await RunTaskAsync(task, stopping).ConfigureAwait(false);
                return arguments.Single ? null : settings.FetchAfterTask;
            case HttpStatusCode.OK:
                return Failed($"The manager handed out something that is no task: {answer}.");
            case HttpStatusCode.Unauthorized:
                return Failed($"The manager does not accept worker {manager.Identity?.Id} with its secret any more. If it is to become a new one, start it again.");
            case HttpStatusCode.NotAcceptable:
                return Failed("The manager knows no task types of this worker. Set task_types and start it again.");
            default:
                return Failed($"The manager answered {answer} when asked for a task.");
        }
    }

    private async Task RunTaskAsync(TaskDocument task, CancellationToken stopping)
    {
        log.LogInformation("Running task {Task} ({Name}).", task.Id, task.Name);
        var report = new TaskReport(task.Id!, queue, settings, clock);
        await using (report.ConfigureAwait(false))
        {
            var run = new TaskRun(task, report, tasks, manager, sender, settings, clock, log);
            switch (await run.RunAsync(stopping).ConfigureAwait(false))
            {
                case StopReason.NotAllowed not:
                    log.LogWarning("Task {Task} was stopped by the manager: {Reason}", task.Id, not.Reason);
                    report.Log($"Worker stopped running this task: {not.Reason}");
                    if (not.StatusRequested is { Length: > 0 } status)
                    {
                        await ChangeAsync(status, stopping).ConfigureAwait(false);
                    }

                    report.Return();
                    break;
                case StopReason.TakenAway:
                    log.LogWarning("Task {Task} was stopped: the manager gave it to another worker.", task.Id);
                    break;
                case StopReason.WorkerStops when arguments.OnStop == StopAction.Return:
                    report.Log("Worker stopped; the task goes back to the manager");
                    report.Return();
                    break;
                case StopReason.WorkerStops:
                    report.Log("Worker stopped; the task was aborted");
                    report.Status("failed", "Task was aborted because the worker was stopped");
                    break;
            }
        }

        stopping.ThrowIfCancellationRequested();
    }

    private async Task<TimeSpan?> SleepAsync(CancellationToken stopping)
    {
        await WaitAsync(settings.SleepPoll, stopping).ConfigureAwait(false);
        if (Volatile.Read(ref _request) is not null)
        {
            return TimeSpan.Zero;
        }

        try
        {
            var answer = await manager.StatusChangeAsync(stopping).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.OK && FlamencoWire.Read<StatusRequest>(answer.Body)?.StatusRequested is { Length: > 0 } status)
            {
                await ChangeAsync(status, stopping).ConfigureAwait(false);
                return _status == WorkerStatus.Awake ? settings.FetchAfterTask : TimeSpan.Zero;
            }

            if (answer.IsSuccess)
            {
                _trouble.Over("The manager answers again.");
            }
            else
            {
                _trouble.Is($"The manager answered {answer} when asked whether to wake up.");
            }
        }
        catch (ManagerAwayException e)
        {
            _trouble.Is($"The manager at {settings.Manager} cannot be asked whether to wake up: {e.Message}.");
        }

        return TimeSpan.Zero;
    }

    private async Task<TimeSpan?> RecoverAsync(CancellationToken stopping)
    {
        await WaitAsync(settings.ErrorWait, stopping).ConfigureAwait(false);
        if (Volatile.Read(ref _request) is null)
        {
            await ChangeAsync(WorkerStatus.Awake, stopping).ConfigureAwait(false);
        }

        return TimeSpan.Zero;
    }

    private async Task ChangeAsync(string status, CancellationToken stopping)
    {
        // What is not known behaves as sleep, so that a worker that nobody understands takes no tasks.
        var next = status is WorkerStatus.Awake or WorkerStatus.Shutdown or WorkerStatus.Error ? status : WorkerStatus.Asleep;
        log.LogInformation("The worker is {Status} now (asked for: {Asked}).", next, status);
        _status = next;
        if (next != WorkerStatus.Shutdown)
        {
            await AcknowledgeAsync(next, stopping).ConfigureAwait(false);
        }
    }

    private async Task AcknowledgeAsync(string status, CancellationToken stopping)
    {
        try
        {
            var answer = await manager.AcknowledgeAsync(status, stopping).ConfigureAwait(false);
            if (!answer.IsSuccess)
            {
                log.LogWarning("The manager answered {Answer} when told that the worker is {Status}.", answer, status);
            }
        }
        catch (ManagerAwayException e)
        {
            // A manager that waits for it asks again.
            log.LogWarning("The manager was not told that the worker is {Status}: {Reason}", status, e.Message);
        }
    }

    // What is left is told once, then the worker signs off; the rest stays in the file for the next start.
    private async Task LeaveAsync()
    {
        if (manager.Identity is null)
        {
            return;
        }

        try
        {
            if (!await sender.FlushAsync(CancellationToken.None).ConfigureAwait(false))
            {
                log.LogWarning("{Count} updates could not be sent; they stay in {File} and are sent at the next start.", queue.Waiting, settings.QueueFile);
            }

            await manager.SignOffAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ManagerAwayException e)
        {
            log.LogWarning("The manager was not told that the worker is gone: {Reason}", e.Message);
        }
    }

    private TimeSpan Failed(string what)
    {
        _trouble.Is($"{what} Asking again every {settings.FetchWhenFailed.TotalSeconds:0.###} s.");
        return settings.FetchWhenFailed;
    }

    // A signal ends the wait.
    private async Task WaitAsync(TimeSpan time, CancellationToken stopping)
    {
        var asked = _requests.Next;
        if (time <= TimeSpan.Zero || Volatile.Read(ref _request) is not null)
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(asked, Task.Delay(time, clock, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
    }
}
