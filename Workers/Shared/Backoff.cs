namespace Muster.Workers.Shared;

/// <summary>How long to wait before something is tried again: longer after each failure, up to a cap. A rule without clock and without chance.</summary>
/// <param name="First">After the first failure.</param>
/// <param name="Cap">Never longer.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Cap)
{
    /// <summary>How much longer each further wait is; default 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>Which part of a wait is left to chance, so that many workers do not come back at the same moment: 0 to 1; default 0.</summary>
    public double Jitter { get; init; }

    /// <summary>The wait after so many failures in a row.</summary>
    /// <param name="failures">At least 1; 0 gives no wait.</param>
    /// <param name="chance">0 up to 1: where in the part that is left to chance.</param>
    public TimeSpan After(int failures, double chance = 0)
    {
        if (failures <= 0)
        {
            return TimeSpan.Zero;
        }

        var wait = Math.Min(Cap.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(Factor, Math.Min(failures - 1, 1_000)));
        return TimeSpan.FromMilliseconds(wait * (1 - (Jitter * chance)));
    }
}
