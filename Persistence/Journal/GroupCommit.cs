using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Muster.Persistence.Journal;

/// <summary>Takes everything that the node wants to write, and writes what is there in one transaction after the other.</summary>
/// <remarks>
/// The writer has a thread of its own: SQLite works synchronously and would starve the actors' threads. A write whose outcome is
/// unknown is resolved: found in the store is success, absent is written again. While the store is away the work stays here.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The thread ends by StopAsync, which disposes.")]
public sealed class GroupCommit
{
    /// <summary>How long the writer waits before it tries a store again that did not answer.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly IBatchTarget _target;
    private readonly StoreOptions _options;
    private readonly StoreGauge _gauge;
    private readonly BlockingCollection<StoreWork> _works = [];
    private readonly ConcurrentQueue<StoreWork> _logs = new();
    private readonly ConcurrentDictionary<string, Pending> _pending = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private long _logBytes;
    private StoreWork? _carried;

    /// <summary>Starts the writer.</summary>
    public GroupCommit(IBatchTarget target, StoreOptions options, StoreGauge gauge)
    {
        _target = target;
        _options = options;
        _gauge = gauge;
        _thread = new Thread(Run) { IsBackground = true, Name = "muster-writer" };
        _thread.Start();
    }

    /// <summary>Hands in work; the task ends when it is durable, with the reason if it alone was rejected.</summary>
    public Task<Exception?> WriteAsync(StoreWork work)
    {
        if (work.PersistenceId is { } id)
        {
            _pending.AddOrUpdate(id, _ => new Pending(1, work.Done.Task), (_, p) => new Pending(p.Count + 1, work.Done.Task));
        }

        _gauge.Added(work.Size);
        try
        {
            _works.Add(work);
        }
        catch (InvalidOperationException)
        {
            Forget(work);
            _gauge.Removed(work.Size);
            throw new StoreUnavailableException("The store is closed.");
        }

        return work.Done.Task;
    }

    /// <summary>Hands in log lines; false when too many wait already.</summary>
    public async Task<bool> WriteLogAsync(StoreWork work)
    {
        if (Interlocked.Read(ref _logBytes) > _options.LogChannelBytes)
        {
            return false;
        }

        Interlocked.Add(ref _logBytes, work.Size);
        _logs.Enqueue(work);
        // An empty work wakes the writer.
        await WriteAsync(StoreWork.Nothing()).ConfigureAwait(false);
        await work.Done.Task.ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends when no write of the entity is under way.</summary>
    public async Task SettledAsync(string persistenceId)
    {
        while (_pending.TryGetValue(persistenceId, out var pending))
        {
            try
            {
                await pending.Last.ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Its own caller hears of it; here only the end matters.
            }

            await Task.Yield();
        }
    }

    /// <summary>Writes what is there, then stops.</summary>
    public async Task StopAsync()
    {
        _works.CompleteAdding();
        _stop.Set();
        await _ended.Task.ConfigureAwait(false);
        _works.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var batch = new List<StoreWork>();
        try
        {
            while (Take(batch))
            {
                _gauge.BatchStarted();
                // Entities in the same order in every transaction cannot wait for each other.
                batch.Sort(static (a, b) => string.CompareOrdinal(a.PersistenceId, b.PersistenceId) is var c && c != 0 ? c : a.Order.CompareTo(b.Order));
                WriteUntilKnown(batch);
                _gauge.BatchEnded();
                batch.Clear();
            }
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private bool Take(List<StoreWork> batch)
    {
        var bytes = 0;
        if (_carried is { } carried)
        {
            _carried = null;
            batch.Add(carried);
            bytes = carried.Size;
        }
        else
        {
            if (!_works.TryTake(out var first, Timeout.Infinite))
            {
                return false;
            }

            batch.Add(first);
            bytes = first.Size;
        }

        while (batch.Count < _options.BatchWorks && _works.TryTake(out var next))
        {
            if (bytes + next.Size > _options.BatchBytes)
            {
                _carried = next;
                break;
            }

            batch.Add(next);
            bytes += next.Size;
        }

        var logBytes = 0;
        while (logBytes < _options.LogBatchBytes && _logs.TryDequeue(out var log))
        {
            batch.Add(log);
            logBytes += log.Size;
            Interlocked.Add(ref _logBytes, -log.Size);
            _gauge.Added(log.Size);
        }

        if (!_logs.IsEmpty && !_works.IsAddingCompleted)
        {
            _works.TryAdd(StoreWork.Nothing());
        }

        return true;
    }

    private void WriteUntilKnown(List<StoreWork> batch)
    {
        var outcomes = new Exception?[batch.Count];
        while (true)
        {
            try
            {
                _target.Write(batch, outcomes);
                break;
            }
            catch (StoreUnavailableException e)
            {
                _gauge.Away();
                if (_stop.Wait(RetryPause))
                {
                    Fail(batch, e);
                    return;
                }

                Resolve(batch);
                outcomes = new Exception?[batch.Count];
                if (batch.Count == 0)
                {
                    return;
                }
            }
            catch (Exception e)
            {
                // Never expected: the target narrows failures itself. The entities stop and recover.
                Fail(batch, e);
                return;
            }
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Complete(batch[i], outcomes[i]);
        }
    }

    // After an unknown outcome: what stands in the store is done and leaves the batch.
    private void Resolve(List<StoreWork> batch)
    {
        try
        {
            var found = _target.Find(batch);
            for (var i = batch.Count - 1; i >= 0; i--)
            {
                if (found[i])
                {
                    Complete(batch[i], null);
                    batch.RemoveAt(i);
                }
            }
        }
        catch (StoreUnavailableException)
        {
            // Still away; asked again after the next try.
        }
    }

    private void Fail(List<StoreWork> batch, Exception why)
    {
        foreach (var work in batch)
        {
            Forget(work);
            _gauge.Removed(work.Size);
            work.Done.TrySetException(why);
        }
    }

    private void Complete(StoreWork work, Exception? outcome)
    {
        Forget(work);
        _gauge.Removed(work.Size);
        if (outcome is JournalWriteException)
        {
            work.Done.TrySetException(outcome);
        }
        else
        {
            work.Done.TrySetResult(outcome);
        }
    }

    private void Forget(StoreWork work)
    {
        if (work.PersistenceId is not { } id)
        {
            return;
        }

        while (_pending.TryGetValue(id, out var pending))
        {
            if (pending.Count == 1
                ? _pending.TryRemove(new KeyValuePair<string, Pending>(id, pending))
                : _pending.TryUpdate(id, pending with { Count = pending.Count - 1 }, pending))
            {
                return;
            }
        }
    }

    private sealed record Pending(int Count, Task Last);
}
