namespace Muster.Messages.Processes;

/// <summary>The delay before each retry.</summary>
public sealed record RetryPolicy
{
    /// <summary>How the delay grows; default exponential.</summary>
    public RetryKind Kind { get; init; } = RetryKind.Exponential;

    /// <summary>The first delay; default 1 s. Zero retries at once.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay; default 60 s.</summary>
    public TimeSpan Cap { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The share of the delay that chance may take away, 0 to 1; default 0.</summary>
    public double Jitter { get; init; }

    /// <summary>The delay before the given retry.</summary>
    /// <param name="retry">The number of the retry, from 1.</param>
    /// <param name="chance">A number in [0, 1) that decides the jitter.</param>
    public TimeSpan DelayBefore(int retry, double chance)
    {
        var factor = Kind switch
        {
            RetryKind.Linear => retry,
            // 2^40 times a millisecond is beyond every cap that can be asked for.
            RetryKind.Exponential => Math.Pow(2, Math.Min(retry - 1, 40)),
            _ => 1d,
        };
        var milliseconds = Math.Min(Delay.TotalMilliseconds * factor, Cap.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (1 - (Jitter * chance)));
    }
}
