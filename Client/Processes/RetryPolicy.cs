namespace Muster.Client;

/// <summary>The delay before each retry. What is null takes the default of the gateway.</summary>
public sealed record RetryPolicy
{
    /// <summary>How the delay grows; exponential when null.</summary>
    public RetryKind? Kind { get; init; }

    /// <summary>The first delay; 1 s when null. Zero retries at once.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The longest delay; 60 s when null.</summary>
    public TimeSpan? Cap { get; init; }

    /// <summary>The share of the delay that chance may take away, 0 to 1; 0 when null.</summary>
    public double? Jitter { get; init; }
}
