namespace Muster.Persistence.Sql;

/// <summary>How times stand in the tables: whole milliseconds since 1970, UTC; the place in a queue finer than that.</summary>
internal static class SqlTimes
{
    /// <summary>When something happened.</summary>
    public static long Down(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>The place in a queue: ticks of 100 ns since 1970, because what comes at once still has an order.</summary>
    public static long Ticks(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    /// <summary>When something is due: rounded up, so that a process may be woken late, never early.</summary>
    public static object? Up(DateTimeOffset? time) => time is { } t ? t.ToUnixTimeMilliseconds() + (t.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1) : null;
}
