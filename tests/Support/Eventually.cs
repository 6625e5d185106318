using System.Globalization;

namespace Muster.Tests.Support;

/// <summary>Waits for a condition; when it does not come, fails with what was seen last. The limit grows with MUSTER_TEST_SLOW.</summary>
public static class Eventually
{
    /// <summary>How long it waits between two looks at first; what is waited for long is looked at less often, for a look costs what it looks at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    /// <summary>How much longer than usual everything may take; the environment variable MUSTER_TEST_SLOW, default 1.</summary>
    public static double Slow { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("MUSTER_TEST_SLOW"), NumberStyles.Float, CultureInfo.InvariantCulture, out var slow) ? slow : 1;

    /// <summary>How long anything may take on a machine that has much else to do; only a broken promise takes as long.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30 * Slow);

    /// <summary>Looks until the condition holds, and returns what it held for.</summary>
    /// <param name="look">Says what is seen; an exception counts as seen and not good.</param>
    /// <param name="good">Whether that is it.</param>
    /// <param name="seconds">The limit, before MUSTER_TEST_SLOW.</param>
    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> good, double seconds = 30)
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(good);
        var start = TimeProvider.System.GetTimestamp();
        object? last = null;
        TimeSpan waited;
        do
        {
            try
            {
                var seen = await look().ConfigureAwait(false);
                if (good(seen))
                {
                    return seen;
                }

                last = seen;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or System.Net.Sockets.SocketException)
            {
                last = e;
            }

            waited = TimeProvider.System.GetElapsedTime(start);
            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 20, Look.Ticks, Longest.Ticks))).ConfigureAwait(false);
        }
        while (waited.TotalSeconds < seconds * Slow);
        throw new TimeoutException($"It did not come true within {seconds * Slow} s. Seen last: {last}");
    }

    /// <summary>Looks until the condition holds.</summary>
    /// <param name="condition">What is to hold.</param>
    /// <param name="what">What that means, for a test that fails.</param>
    public static Task Holds(Func<bool> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return SeeAsync(() => Task.FromResult(condition() ? "" : $"not yet: {what}"), seen => seen.Length == 0);
    }

    /// <summary>Looks until the condition holds.</summary>
    public static Task TrueAsync(Func<Task<bool>> look, double seconds = 30) => SeeAsync(look, seen => seen, seconds);
}
