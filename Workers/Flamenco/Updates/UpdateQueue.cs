using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Updates;

/// <summary>
/// What the manager is to be told, in the order in which it was put in, kept in a file. A task only ever writes into memory; a loop of the queue
/// writes the file. While the file cannot be written, what is new stays in memory and is sent from there.
/// </summary>
internal sealed class UpdateQueue : IAsyncDisposable
{
    private const int BatchBytes = 4 * 1024 * 1024;
    private const int RoomBytes = 16 * 1024 * 1024;

    /// <summary>With so much in memory that the disk does not take, log lines are no longer kept; the states of tasks are.</summary>
    private const int MemoryBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private readonly Lock _storing = new();
    private readonly QueueStore _store;
    private readonly TimeProvider _clock;
    private readonly Trouble _trouble;
    private readonly LinkedList<QueuedItem> _unsaved = [];
    private readonly Dictionary<string, long> _ends = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Signal _changed = new();
    private readonly Task _saving;
    private long _unsavedBytes;
    private long _last;
    private long _sentUpTo;
    private int _waiting;
    private bool _failing;

    public UpdateQueue(QueueStore store, TimeProvider clock, ILogger log)
    {
        (_store, _clock, _trouble) = (store, clock, new Trouble(log));
        _last = store.LastNumber;
        _waiting = (int)store.Count;
        foreach (var task in store.EndedTasks())
        {
            _ends[task] = _last;
        }

        _saving = Task.Run(SaveAsync);
    }

    /// <summary>Is set when something came in, was saved, or was sent.</summary>
    public Signal Changed => _changed;

    /// <summary>How many updates wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_sync)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Whether the end of a task waits: the manager would hand out the same task again.</summary>
    public bool HoldsAnEnd
    {
        get
        {
            lock (_sync)
            {
                return _ends.Count > 0;
            }
        }
    }

    /// <summary>Puts an update in; takes no time.</summary>
    public void Put(string task, string run, TaskUpdate update)
    {
        lock (_sync)
        {
            if (_unsavedBytes > MemoryBytes && update.Log is not null)
            {
                update = update with { Log = $"{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.ffffff}+00:00: [log lines are missing here: the disk under the update queue is full and the manager is away]" };
            }

            Put(task, run, QueuedKind.Update, update.TaskStatus is "completed" or "failed" or "canceled", FlamencoWire.Write(update));
        }

        _changed.Set();
    }

    /// <summary>Puts in that the task goes back.</summary>
    public void PutReturn(string task, string run)
    {
        lock (_sync)
        {
            Put(task, run, QueuedKind.Return, true, []);
        }

        _changed.Set();
    }

    /// <summary>What is to be told next; null when nothing waits.</summary>
    public QueuedItem? First()
    {
        lock (_storing)
        {
            QueuedItem? saved = null;
            try
            {
                saved = _store.FirstAfter(_sentUpTo);
            }
            catch (SqliteException e)
            {
                _trouble.Is($"The update queue cannot be read: {e.Message}");
            }

            lock (_sync)
            {
                return saved ?? _unsaved.FirstOrDefault(i => i.Number > _sentUpTo);
            }
        }
    }

    /// <summary>The manager knows it, and all before it.</summary>
    public void Sent(QueuedItem item)
    {
        lock (_storing)
        {
            _sentUpTo = item.Number;
            lock (_sync)
            {
                _waiting--;
                while (_unsaved.First is { } first && first.Value.Number <= item.Number)
                {
                    _unsavedBytes -= first.Value.Body.Length;
                    _unsaved.RemoveFirst();
                }

                if (_ends.TryGetValue(item.Task, out var end) && end <= item.Number)
                {
                    _ends.Remove(item.Task);
                }
            }

            try
            {
                _store.RemoveUpTo(item.Number);
            }
            catch (SqliteException e)
            {
                // The next removal takes it too.
                _trouble.Is($"The update queue cannot be written: {e.Message}");
            }
        }

        _changed.Set();
    }

    /// <summary>Waits while more is in memory than the disk has taken.</summary>
    public async ValueTask WhenRoomAsync(CancellationToken cancel)
    {
        while (true)
        {
            var next = _changed.Next;
            lock (_sync)
            {
                if (_unsavedBytes < RoomBytes || _failing)
                {
                    return;
                }
            }

            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all is in the file, or the file cannot be written.</summary>
    public async Task SavedAsync()
    {
        while (true)
        {
            var next = _changed.Next;
            lock (_sync)
            {
                if (_unsaved.Count == 0 || _failing)
                {
                    return;
                }
            }

            await next.ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await SavedAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _saving.ConfigureAwait(false);
        _store.Dispose();
        _stop.Dispose();
    }

    private void Put(string task, string run, QueuedKind kind, bool ends, byte[] body)
    {
        var item = new QueuedItem(++_last, task, run, kind, ends, body);
        _unsaved.AddLast(item);
        _unsavedBytes += body.Length;
        _waiting++;
        if (ends)
        {
            _ends[task] = item.Number;
        }
    }

    private async Task SaveAsync()
    {
        try
        {
            while (true)
            {
                var next = _changed.Next;
                var saved = Save();
                if (saved is null)
                {
                    await next.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
                else
                {
                    _changed.Set();
                    if (saved is false)
                    {
                        await Task.Delay(SaveAgainAfter, _clock, _stop.Token).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }
    }

    // Null when there was nothing to do.
    private bool? Save()
    {
        lock (_storing)
        {
            var batch = new List<QueuedItem>();
            lock (_sync)
            {
                var bytes = 0;
                foreach (var item in _unsaved)
                {
                    batch.Add(item);
                    if ((bytes += item.Body.Length) > BatchBytes)
                    {
                        break;
                    }
                }
            }

            if (batch.Count == 0)
            {
                return null;
            }

            try
            {
                _store.Add(batch);
            }
            catch (SqliteException e)
            {
                _failing = true;
                _trouble.Is($"The update queue cannot be written: {e.Message} Updates stay in memory and are sent from there until it can; free the disk.");
                return false;
            }

            lock (_sync)
            {
                batch.ForEach(item =>
                {
                    _unsavedBytes -= item.Body.Length;
                    _unsaved.RemoveFirst();
                });
                _failing = false;
            }

            _trouble.Over("The update queue is written again.");
            return true;
        }
    }
}
