namespace Muster.Client.Transport;

/// <summary>The delays between repetitions: doubling, with jitter, never shorter than the other side asked for.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan cap)
{
    /// <summary>Doubling further would only overflow: every cap is reached long before.</summary>
    private const int MostDoublings = 30;

    private int _count;

    public void Reset() => _count = 0;

    public TimeSpan Next(TimeSpan? asked = null)
    {
        var delay = Delay(_count, first, cap);
        _count++;
        if (asked is not { } least || least <= delay)
        {
            return delay;
        }

        // All who were refused together must not come back together.
        return least + (least * 0.1 * Random.Shared.NextDouble());
    }

    public static TimeSpan Delay(int count, TimeSpan first, TimeSpan cap)
    {
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(count, MostDoublings)), cap.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (Random.Shared.NextDouble() / 2)));
    }
}
