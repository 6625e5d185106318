using Muster.Messages;

namespace Muster.Persistence.Journal;

/// <summary>How much work the writer has before it. The door asks it before a submit; completes always get through.</summary>
/// <param name="options">The bounds.</param>
/// <param name="clock">Measures how long work waits.</param>
/// <param name="freeDisk">The free space where the store lies, in bytes; null when unknown.</param>
public sealed class StoreGauge(StoreOptions options, TimeProvider clock, Func<long?> freeDisk)
{
    // Asking the operating system for free space at every submit would cost more than the submit.
    private static readonly TimeSpan DiskLookEvery = TimeSpan.FromSeconds(1);

    private long _queuedBytes;
    private long _oldest;
    private long _awaySince;
    private long _diskLookedAt;
    private volatile bool _diskLow;
    private volatile bool _diskFull;

    /// <summary>Bytes that were handed in and are not yet written.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>Whether the store did not take the last write.</summary>
    public bool StoreAway => Interlocked.Read(ref _awaySince) != 0;

    /// <summary>How long the present batch has been under way.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var oldest = Interlocked.Read(ref _oldest);
            return oldest == 0 ? TimeSpan.Zero : clock.GetElapsedTime(oldest);
        }
    }

    /// <summary>Null when a submit may come in, or why not.</summary>
    public Problem? Refusal()
    {
        if (_diskFull || DiskLow())
        {
            return Problem.StorageFull;
        }

        return StoreAway || QueuedBytes > options.ChannelBytes || OldestAge > options.MaxAge ? Problem.Busy : null;
    }

    internal void Added(int bytes) => Interlocked.Add(ref _queuedBytes, bytes);

    internal void Removed(int bytes) => Interlocked.Add(ref _queuedBytes, -bytes);

    internal void BatchStarted() => Interlocked.Exchange(ref _oldest, clock.GetTimestamp());

    internal void BatchEnded()
    {
        Interlocked.Exchange(ref _oldest, 0);
        Interlocked.Exchange(ref _awaySince, 0);
        _diskFull = false;
    }

    internal void Away(bool diskFull)
    {
        // Zero says "not away", and a clock may start with it.
        Interlocked.CompareExchange(ref _awaySince, Math.Max(1, clock.GetTimestamp()), 0);
        _diskFull = diskFull;
    }

    private bool DiskLow()
    {
        var last = Interlocked.Read(ref _diskLookedAt);
        if (last == 0 || clock.GetElapsedTime(last) > DiskLookEvery)
        {
            Interlocked.Exchange(ref _diskLookedAt, clock.GetTimestamp());
            _diskLow = freeDisk() is { } free && free < options.MinFreeDisk;
        }

        return _diskLow;
    }
}
