using System.Diagnostics.CodeAnalysis;
using Muster.Persistence.Membership;

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
    private readonly object _gate = new();
    private readonly Queue<StoreWork> _works = new();
    private readonly Queue<StoreWork> _logs = new();
    private readonly Dictionary<string, Pending> _pending = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private long _order;
    private long _logBytes;
    private bool _closed;
    private StoreUnavailableException? _gaveUp;

    /// <summary>Starts the writer.</summary>
    public GroupCommit(IBatchTarget target, StoreOptions options, StoreGauge gauge)
    {
        _target = target;
        _options = options;
        _gauge = gauge;
        new Thread(Run) { IsBackground = true, Name = "muster-writer" }.Start();
    }

    /// <summary>Raised when events have been committed.</summary>
    internal CommitSignal Commits { get; } = new();

    /// <summary>Hands in work; the task ends when it is durable, with the reason if it alone was rejected.</summary>
    /// <exception cref="StoreUnavailableException">The store is closed, or was closed while it was away.</exception>
    public Task<Exception?> WriteAsync(StoreWork work)
    {
        Write(work);
        return work.Done;
    }

    /// <summary>Hands in work that is told its end by a call; when the store is closed, at once.</summary>
    public void Write(StoreWork work)
    {
        if (!TryAdd(work))
        {
            work.End(Closed());
        }
    }

    /// <summary>Hands in log lines; false when too many wait already.</summary>
    /// <exception cref="StoreUnavailableException">The store is closed, or was closed while it was away.</exception>
    public async Task<bool> WriteLogAsync(StoreWork work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw Closed();
            }

            // A piece larger than the bound still gets through when nothing else waits.
            if (_logBytes > 0 && _logBytes + work.Size > _options.LogChannelBytes)
            {
                return false;
            }

            work.Order = ++_order;
            work.IsLog = true;
            _logBytes += work.Size;
            _logs.Enqueue(work);
            Monitor.Pulse(_gate);
        }

        if (await work.Done.ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }

        return true;
    }

    /// <summary>Ends when no write of the entity is under way.</summary>
    public Task SettledAsync(string persistenceId)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(persistenceId, out var pending))
            {
                return Task.CompletedTask;
            }

            pending.Settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return pending.Settled.Task;
        }
    }

    /// <summary>Writes what is there, then stops. While the store is away it gives up instead, and says so to who waits.</summary>
    public async Task StopAsync()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                _stop.Set();
                Monitor.Pulse(_gate);
            }
        }

        await _ended.Task.ConfigureAwait(false);
    }

    private bool TryAdd(StoreWork work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (work.PersistenceId is { } id)
            {
                if (!_pending.TryGetValue(id, out var pending))
                {
                    _pending.Add(id, pending = new Pending());
                }

                pending.Count++;
            }

            work.Order = ++_order;
            _gauge.Added(work.Size);
            _works.Enqueue(work);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Run()
    {
        var batch = new List<StoreWork>();
        while (Take(batch))
        {
            try
            {
                _gauge.BatchStarted();
                // Entities in the same order in every transaction cannot wait for each other.
                batch.Sort(static (a, b) => string.CompareOrdinal(a.PersistenceId, b.PersistenceId) is var c && c != 0 ? c : a.Order.CompareTo(b.Order));
                WriteUntilKnown(batch);
            }
            catch (Exception e)
            {
                // Never expected: the target narrows failures itself. The entities stop and recover; the writer must live.
                Fail(batch, e);
            }

            if (_gaveUp is null)
            {
                _gauge.BatchEnded();
            }

            batch.Clear();
        }

        _stop.Dispose();
        _ended.SetResult();
    }

    private bool Take(List<StoreWork> batch)
    {
        lock (_gate)
        {
            while (batch.Count == 0)
            {
                while (_works.Count == 0 && _logs.Count == 0)
                {
                    if (_closed)
                    {
                        return false;
                    }

                    Monitor.Wait(_gate);
                }

                TakeWorks(batch);
                TakeLogs(batch);
            }

            return true;
        }
    }

    private void TakeWorks(List<StoreWork> batch)
    {
        long bytes = 0;
        while (batch.Count < _options.BatchWorks && _works.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Size <= _options.BatchBytes))
        {
            _works.Dequeue();
            if (next.Append is not null && _pending[next.PersistenceId!].Broken)
            {
                // An event after one that could not be written would leave a hole in the history.
                Forget(next);
                next.End(new JournalWriteException($"An earlier write of {next.PersistenceId} failed."));
                continue;
            }

            batch.Add(next);
            bytes += next.Size;
        }
    }

    private void TakeLogs(List<StoreWork> batch)
    {
        long bytes = 0;
        while (_logs.TryPeek(out var next) && (bytes == 0 || bytes + next.Size <= _options.LogBatchBytes))
        {
            batch.Add(_logs.Dequeue());
            bytes += next.Size;
        }
    }

    private void WriteUntilKnown(List<StoreWork> batch)
    {
        while (batch.Count > 0)
        {
            if (_gaveUp is { } why)
            {
                Fail(batch, why);
                return;
            }

            try
            {
                var outcomes = new Exception?[batch.Count];
                _target.Write(batch, outcomes);
                _gauge.BatchEnded();
                Complete(batch, outcomes);
                return;
            }
            catch (StoreFencedException e)
            {
                // For ever: the node has to join again, with a new store.
                _gauge.Away(diskFull: false);
                _gaveUp = new StoreUnavailableException(e.Message, e);
            }
            catch (StoreUnavailableException e)
            {
                _gauge.Away(e.DiskFull);
                Resolve(batch, e);
            }
        }
    }

    // After an unknown outcome: what stands in the store is done and leaves the batch. Nothing is written again before that is known.
    private void Resolve(List<StoreWork> batch, StoreUnavailableException away)
    {
        while (true)
        {
            var stopping = _stop.Wait(RetryPause);
            try
            {
                Settle(batch, _target.Find(batch));
                return;
            }
            catch (Exception e)
            {
                away = e as StoreUnavailableException ?? away;
            }
            finally
            {
                if (stopping)
                {
                    _gaveUp = away;
                }
            }

            if (stopping)
            {
                return;
            }
        }
    }

    private void Settle(List<StoreWork> batch, bool[] found)
    {
        // One transaction holds them all: when one stands, so does what left no trace to be found by.
        var committed = found.Contains(true);
        var done = new List<StoreWork>();
        for (var i = batch.Count - 1; i >= 0; i--)
        {
            if (found[i] || (committed && batch[i].Append is null))
            {
                done.Add(batch[i]);
                batch.RemoveAt(i);
            }
        }

        Complete(done, new Exception?[done.Count]);
    }

    private void Fail(List<StoreWork> batch, Exception why)
    {
        var outcomes = new Exception?[batch.Count];
        Array.Fill(outcomes, why as StoreUnavailableException ?? why as JournalWriteException ?? (Exception)new JournalWriteException(why.Message, why));
        Complete(batch, outcomes);
        batch.Clear();
    }

    private void Complete(List<StoreWork> works, Exception?[] outcomes)
    {
        lock (_gate)
        {
            for (var i = 0; i < works.Count; i++)
            {
                if (outcomes[i] is JournalWriteException && works[i] is { Append: not null, PersistenceId: { } id })
                {
                    _pending[id].Broken = true;
                }

                Forget(works[i]);
            }
        }

        if (works.Where((work, i) => work.Append is not null && outcomes[i] is null).Any())
        {
            Commits.Raise();
        }

        for (var i = 0; i < works.Count; i++)
        {
            works[i].End(outcomes[i]);
        }
    }

    private void Forget(StoreWork work)
    {
        if (work.IsLog)
        {
            _logBytes -= work.Size;
            return;
        }

        _gauge.Removed(work.Size);
        if (work.PersistenceId is { } id && _pending.TryGetValue(id, out var pending) && --pending.Count == 0)
        {
            _pending.Remove(id);
            pending.Settled?.SetResult();
        }
    }

    private static StoreUnavailableException Closed() => new("The store is closed.");

    private sealed class Pending
    {
        public int Count { get; set; }

        // Made for who waits; few do.
        public TaskCompletionSource? Settled { get; set; }

        public bool Broken { get; set; }
    }
}
