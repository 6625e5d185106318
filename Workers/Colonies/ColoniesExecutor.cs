using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies;

/// <summary>An executor: asks for processes of its type, has them run, and closes them. Nothing ends it but that it is told to stop: errors and restarts of the server are waited out.</summary>
/// <param name="member">Whose key it works with.</param>
/// <param name="settings">How.</param>
/// <param name="run">Runs a process. Its token is cancelled when the process is no longer this executor's, has had its time, or the executor ends. What it throws is a failure.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
public sealed partial class ColoniesExecutor(ColonyMember member, ExecutorSettings settings, Func<ColoniesTask, CancellationToken, Task<TaskEnd>> run, TimeProvider clock, ILogger log)
{
    /// <summary>How long the server may be away when the last words are to be said.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly Trouble _trouble = new(log);
    private readonly ConcurrentDictionary<string, bool> _mine = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ColoniesProcess> _found = new();

    private Insistence Insistence => new(_trouble, clock);

    /// <summary>Works until it is told to stop; what runs then may go on for a while.</summary>
    /// <param name="stop">Cancelled when it is to stop.</param>
    /// <exception cref="WorkerException">The settings cannot be.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (settings.Timeout < ColonyMember.LeastTimeout || settings.Parallel < 1)
        {
            throw new WorkerException("The time-out of a question for work is at least 1 second, and at least 1 process runs at once.", 2);
        }

        using var end = new CancellationTokenSource();
        using var words = new CancellationTokenSource();
        using var later = stop.Register(() =>
        {
            LogStopping(log, _mine.Count);
            end.CancelAfter(settings.StopAfter);
            words.CancelAfter(settings.StopAfter + LastWords);
        });
        try
        {
            await RegisterAsync(stop).ConfigureAwait(false);
            LogWaiting(log, settings.Name, settings.Type, member.Colony, member.Client.Server);
            await FindMineAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }

        await Task.WhenAll(Enumerable.Range(0, settings.Parallel).Select(_ => WorkAsync(stop, end.Token, words.Token))).ConfigureAwait(false);
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        if (settings.Owner is not { } key)
        {
            return;
        }

        var owner = member with { Key = key };
        var executor = new JsonObject { ["executorid"] = member.Key.Id, ["executorname"] = settings.Name, ["executortype"] = settings.Type, ["colonyname"] = member.Colony };
        try
        {
            await Insistence.SayAsync(cancel => owner.Client.SendAsync(key, "addexecutormsg", new() { ["executor"] = executor.DeepClone() }, cancel: cancel), stop).ConfigureAwait(false);
        }
        catch (RefusedException e) when (e.Status is 400 or 409)
        {
            // Perhaps it is there from before; if somebody else has the name, the first question for work is refused.
            LogNotAdded(log, settings.Name, e.Message);
        }
        catch (RefusedException e)
        {
            throw new WorkerException($"The executor {settings.Name} cannot be added to {member.Colony}: {e.Message}. The key of the colony's owner is needed for it.", inner: e);
        }

        try
        {
            await Insistence.SayAsync(cancel => owner.Client.SendAsync(key, "approveexecutormsg", new() { ["colonyname"] = member.Colony, ["executorname"] = settings.Name }, cancel: cancel), stop).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            LogNotAdded(log, settings.Name, e.Message);
        }
    }

    private async Task WorkAsync(CancellationToken stop, CancellationToken end, CancellationToken words)
    {
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            var start = clock.GetTimestamp();
            try
            {
                var process = _found.TryDequeue(out var found) ? found : await member.AssignAsync(settings.Timeout, settings.Latest, CancellationToken.None).ConfigureAwait(false);
                _trouble.Over("The server answers again");
                failures = 0;
                if (process is not null)
                {
                    // The server may hand out what this executor still ends: then it took too long, and this is another attempt.
                    _mine[process.Id] = true;
                    await RunAsync(process, end, words).ConfigureAwait(false);
                    _mine.TryRemove(process.Id, out _);
                    continue;
                }

                // A server that does not wait as it was asked to must not be asked without a pause.
                failures = clock.GetElapsedTime(start) < TimeSpan.FromSeconds(0.5) ? 3 : 0;
            }
            catch (RefusedException e) when (e.Status == 403)
            {
                failures++;
                _trouble.Is($"The server refuses the executor {settings.Name} with the id {member.Key.Id}: {e.Message}. The owner of {member.Colony} has to add and approve it; it is tried again");
            }
            catch (RefusedException e)
            {
                failures++;
                _trouble.Is($"The server has no work for the executor {settings.Name}: {e.Message}. It is asked again");
            }
            catch (UnreachableException e)
            {
                failures++;
                _trouble.Is($"{e.Message}. It is asked again until it answers");
                await FindMineAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (failures > 0)
            {
                await Insistence.WaitAsync(failures, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Looks for processes that the server gave this executor without its knowing: the answer was lost, or an earlier life of it had them.</summary>
    private async Task FindMineAsync(CancellationToken stop)
    {
        if (!settings.IsAlone)
        {
            return;
        }

        try
        {
            await Insistence.SayAsync(
                async cancel =>
                {
                    foreach (var process in await member.RunningAsync(member.Key.Id, cancel).ConfigureAwait(false))
                    {
                        if (_mine.TryAdd(process.Id, true))
                        {
                            LogFound(log, process.Id);
                            _found.Enqueue(process);
                        }
                    }
                },
                stop).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            // It has nothing before it is approved.
            LogNotLooked(log, e.Message);
        }
    }

    private async Task RunAsync(ColoniesProcess process, CancellationToken end, CancellationToken words)
    {
        LogBegins(log, process.Id, process.Function, process.Retries);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(words);
        using var limit = new CancellationTokenSource(process.MaxExec ?? Timeout.InfiniteTimeSpan, clock);
        using var stops = CancellationTokenSource.CreateLinkedTokenSource(over.Token, limit.Token, end);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
        var lines = new TaskLog(process.Id, member, Insistence, clock);
        var sending = lines.RunAsync(over.Token);
        var watching = WatchAsync(process.Id, over.CancelAsync, ended.Token);
        TaskEnd result;
        try
        {
            result = await run(new ColoniesTask(process, member, Insistence, lines, over.Token), stops.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stops.IsCancellationRequested)
        {
            result = new TaskEnd.Failure("The executor was stopped while the process ran.");
        }
        catch (Exception e)
        {
            result = new TaskEnd.Failure($"{e.GetType().Name}: {e.Message}");
        }

        if (limit.IsCancellationRequested)
        {
            // The server has given it to somebody else by now, or will in a moment.
            LogTooLong(log, process.Id, process.MaxExec!.Value.TotalSeconds);
            await over.CancelAsync().ConfigureAwait(false);
        }

        lines.End();
        await sending.ConfigureAwait(false);
        await CloseAsync(process.Id, result, over.Token).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseAsync(string id, TaskEnd result, CancellationToken over)
    {
        try
        {
            await Insistence.SayAsync(cancel => result is TaskEnd.Failure failure ? member.FailAsync(id, failure.Errors, cancel) : member.CloseAsync(id, ((TaskEnd.Success)result).Output, cancel), over).ConfigureAwait(false);
            LogClosed(log, id, result is TaskEnd.Failure ? "failed" : "successful");
        }
        catch (RefusedException e)
        {
            LogNotClosed(log, id, e.Message);
        }
        catch (OperationCanceledException)
        {
            LogNotClosed(log, id, "it is no longer this executor's, or the server was away at the end");
        }
    }

    private async Task WatchAsync(string id, Func<Task> taken, CancellationToken ended)
    {
        while (true)
        {
            await Task.Delay(settings.Watch, clock, ended).ConfigureAwait(false);
            try
            {
                var now = await member.GetAsync(id, ended).ConfigureAwait(false);
                if (now.State != ProcessState.Running || now.Executor != member.Key.Id)
                {
                    LogTaken(log, id, now.State);
                    await taken().ConfigureAwait(false);
                    return;
                }
            }
            catch (RefusedException e) when (e.Status == 404)
            {
                LogTaken(log, id, ProcessState.Cancelled);
                await taken().ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is RefusedException or UnreachableException)
            {
                // It goes on as long as nobody says that it is over.
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Name} waits for processes of the type {Type} in {Colony} at {Server}")]
    private static partial void LogWaiting(ILogger log, string name, string type, string colony, Uri server);

    [LoggerMessage(2, LogLevel.Information, "Asks for no more processes; {Count} run and may end")]
    private static partial void LogStopping(ILogger log, int count);

    [LoggerMessage(3, LogLevel.Information, "The executor {Name} was not added or approved: {Why}")]
    private static partial void LogNotAdded(ILogger log, string name, string why);

    [LoggerMessage(4, LogLevel.Information, "Process {Id}: {Function}, after {Retries} retries")]
    private static partial void LogBegins(ILogger log, string id, string function, int retries);

    [LoggerMessage(5, LogLevel.Information, "Process {Id} is closed: {How}")]
    private static partial void LogClosed(ILogger log, string id, string how);

    [LoggerMessage(6, LogLevel.Warning, "Process {Id} is not closed: {Why}")]
    private static partial void LogNotClosed(ILogger log, string id, string why);

    [LoggerMessage(7, LogLevel.Warning, "Process {Id} took longer than {Seconds} s and was ended")]
    private static partial void LogTooLong(ILogger log, string id, double seconds);

    [LoggerMessage(8, LogLevel.Warning, "Process {Id} is no longer this executor's ({State}), and was ended")]
    private static partial void LogTaken(ILogger log, string id, ProcessState state);

    [LoggerMessage(9, LogLevel.Warning, "Process {Id} is this executor's from before, and is run now")]
    private static partial void LogFound(ILogger log, string id);

    [LoggerMessage(10, LogLevel.Debug, "What the executor has from before cannot be asked: {Why}")]
    private static partial void LogNotLooked(ILogger log, string why);
}
