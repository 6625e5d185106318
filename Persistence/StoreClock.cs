namespace Muster.Persistence;

/// <summary>The time of the store when it was opened, moved on by a clock that nobody sets: a jump of the wall clock moves nothing.</summary>
/// <remarks>Times are whole milliseconds, rounded down, as the store keeps them.</remarks>
/// <param name="start">The time of the store at this moment.</param>
public sealed class StoreClock(DateTimeOffset start) : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Whole(start + System.GetElapsedTime(_started));

    /// <summary>The time rounded down to a whole millisecond.</summary>
    public static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
