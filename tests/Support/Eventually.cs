using System.Globalization;

namespace Muster.Tests.Support;

/// <summary>Waits for a condition; when it does not come, fails with what was seen last. The limit grows with MUSTER_TEST_SLOW.</summary>
public static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>How much longer than usual everything may take; the environment variable MUSTER_TEST_SLOW, default 1.</summary>
    public static double Slow { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("MUSTER_TEST_SLOW"), NumberStyles.Float, CultureInfo.InvariantCulture, out var slow) ? slow : 1;

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
        using var timer = new PeriodicTimer(Look);
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

            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds * Slow);
        throw new TimeoutException($"It did not come true within {seconds * Slow} s. Seen last: {last}");
    }

    /// <summary>Looks until the condition holds.</summary>
    public static Task TrueAsync(Func<Task<bool>> look, double seconds = 30) => SeeAsync(look, seen => seen, seconds);
}
