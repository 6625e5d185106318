namespace Muster.Client;

/// <summary>All settings of a queue.</summary>
public sealed record QueueSettings
{
    /// <summary>How many of its processes may run at once; null for no limit.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its processes may start in a second; null for no limit.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Whether it hands out nothing; default false.</summary>
    public bool Paused { get; init; }
}
