namespace Muster.Engine.Clocks;

/// <summary>Alarms at a time.</summary>
internal static class TimeProviderExtensions
{
    // Timers take at most 2^32 - 2 ms; a farther time is looked at again then.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // Fires at the first whole millisecond that is not before the time, never early.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs the action once at the time, or at once when it has passed, on a thread of the pool.</summary>
    public static ITimer WakeAt(this TimeProvider clock, DateTimeOffset time, Action action)
    {
        var wait = time - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            wait = wait > Longest ? Longest : wait + (clock is Persistence.StoreClock ? Rounding : TimeSpan.Zero);
        }
        else
        {
            wait = TimeSpan.Zero;
        }

        return clock.CreateTimer(static a => ((Action)a!)(), action, wait, Timeout.InfiniteTimeSpan);
    }
}
