using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Feeds;

/// <summary>Reads the journal on for all subscribers of this node: at once when this node has committed events, and now and then for those of the others.</summary>
public sealed class ProcessFeed : IProcessFeed
{
    /// <summary>How many events are read at once.</summary>
    private const int Page = 500;

    /// <summary>Where other nodes write too, their events are found this often.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>At the least between two looks: under load each finds what several commits wrote.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    /// <summary>How long it waits before it asks a store again that did not answer.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly IReadModel _read;
    private readonly CommitSignal _commits;
    private readonly bool _shared;
    private readonly Lock _sync = new();
    private readonly FeedSubscribers _subscribers = new();

    // Ends when the reader knows where it begins; null while there is none.
    private TaskCompletionSource? _started;
    private EventPlace _place;

    /// <summary>Makes a feed. It does nothing before somebody subscribes.</summary>
    /// <param name="store">The store to read.</param>
    public ProcessFeed(IStore store)
        : this((store ?? throw new ArgumentNullException(nameof(store))).Read, store.Journal.Commits, store.Members is not null)
    {
    }

    /// <summary>Makes a feed.</summary>
    /// <param name="read">What it reads.</param>
    /// <param name="commits">When this node has committed.</param>
    /// <param name="shared">Whether others may commit too.</param>
    internal ProcessFeed(IReadModel read, CommitSignal commits, bool shared)
    {
        _read = read;
        _commits = commits;
        _shared = shared;
    }

    /// <summary>Whether the store is being read, or waited for.</summary>
    internal bool IsReading
    {
        get
        {
            lock (_sync)
            {
                return _started is not null;
            }
        }
    }

    /// <inheritdoc />
    public async Task<ProcessSubscription> SubscribeAsync(TransitionFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var subscription = new ProcessSubscription(this, filter);
        Task started;
        lock (_sync)
        {
            subscription.Start = _place;
            _subscribers.Add(subscription);
            if (_started is null)
            {
                _started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _ = Task.Run(ReadAsync, CancellationToken.None);
            }

            started = _started.Task;
        }

        try
        {
            await started.WaitAsync(cancel).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    internal void Remove(ProcessSubscription subscription)
    {
        lock (_sync)
        {
            _subscribers.Remove(subscription);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await AnsweredAsync(BeginAsync).ConfigureAwait(false);
            while (IsWanted())
            {
                var committed = _commits.Count;
                var began = TimeProvider.System.GetTimestamp();
                if (await AnsweredAsync(ReadOnAsync).ConfigureAwait(false) < Page)
                {
                    // Others commit without a word to this node.
                    await _commits.AfterAsync(committed).WaitAsync(_shared ? LookEvery : Timeout.InfiniteTimeSpan).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (Pace - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } rest)
                    {
                        await Task.Delay(rest).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    // Who had subscribed before it knew where it begins begins there too.
    private async Task<int> BeginAsync()
    {
        var (_, last) = await _read.EventRangeAsync().ConfigureAwait(false);
        var place = await _read.PlaceAsync(last).ConfigureAwait(false);
        lock (_sync)
        {
            _place = place;
            foreach (var subscription in _subscribers.All)
            {
                subscription.Start = place;
            }

            _started!.SetResult();
        }

        return 0;
    }

    private async Task<int> ReadOnAsync()
    {
        var rows = await _read.EventsAsync(_place.Offset, Page).ConfigureAwait(false);
        lock (_sync)
        {
            // When the row at its place was removed, the store reads on from the one before.
            foreach (var row in rows.Where(r => r.Place.IsAfter(_place)))
            {
                _subscribers.Tell(row);
                _place = row.Place;
            }
        }

        return rows.Count;
    }

    // A store that is away comes back; nobody has lost anything by then.
    private async Task<int> AnsweredAsync(Func<Task<int>> ask)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (StoreUnavailableException) when (HasSubscribers())
            {
                await Task.Delay(RetryPause).ConfigureAwait(false);
            }
        }
    }

    private bool HasSubscribers()
    {
        lock (_sync)
        {
            return !_subscribers.IsEmpty;
        }
    }

    private bool IsWanted()
    {
        lock (_sync)
        {
            if (_subscribers.IsEmpty)
            {
                _started = null;
                return false;
            }

            return true;
        }
    }

    private void End(Exception reason)
    {
        lock (_sync)
        {
            foreach (var subscription in _subscribers.All.ToList())
            {
                _subscribers.Remove(subscription);
                subscription.CutOff(reason);
            }

            _started!.TrySetException(reason);
            _started = null;
        }
    }
}
