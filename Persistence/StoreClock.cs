namespace Muster.Persistence;

/// <summary>The time of the store when it was opened, moved on by a clock that nobody sets: a jump of the wall clock moves nothing, here or where the store is.</summary>
/// <remarks>Times are whole milliseconds, rounded down, as the store keeps them. After a comparison with the store one may come again, or be a millisecond less; a timer that rings that early is set again.</remarks>
/// <param name="start">The time of the store at this moment.</param>
/// <param name="monotonic">Measures what has passed since; the system's when null.</param>
public sealed class StoreClock(DateTimeOffset start, TimeProvider? monotonic = null) : TimeProvider
{
    /// <summary>How far one comparison moves this clock: it goes a little faster or slower, it does not jump.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    /// <summary>No two good clocks drift this far apart between two comparisons: one of them was set.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(1);

    /// <summary>An answer that took longer says too little about when it was given.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _monotonic = monotonic ?? System;
    private readonly long _started = (monotonic ?? System).GetTimestamp();
    private long _correction;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Whole(Exact());

    /// <summary>Follows the store's clock where that drifts, by at most a millisecond a call. Not where it was set: deadlines would come early or late.</summary>
    /// <param name="store">The time of the store, asked just now.</param>
    /// <param name="took">How long the answer took.</param>
    /// <returns>How far the store's clock is ahead when it was set; zero otherwise.</returns>
    public TimeSpan Follow(DateTimeOffset store, TimeSpan took)
    {
        if (took > Quick)
        {
            return TimeSpan.Zero;
        }

        var ahead = store + (took / 2) - Exact();
        if (ahead.Duration() >= Jump)
        {
            return ahead;
        }

        Interlocked.Add(ref _correction, Math.Clamp(ahead.Ticks, -Step.Ticks, Step.Ticks));
        return TimeSpan.Zero;
    }

    /// <summary>The time rounded down to a whole millisecond.</summary>
    public static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    private DateTimeOffset Exact() => start + _monotonic.GetElapsedTime(_started) + TimeSpan.FromTicks(Volatile.Read(ref _correction));
}
