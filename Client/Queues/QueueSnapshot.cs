using System.Collections.ObjectModel;

namespace Muster.Client;

/// <summary>A queue as it was when the gateway answered.</summary>
public sealed record QueueSnapshot
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Its namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>How many of its processes may run at once; null for no limit.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its processes may start in a second; null for no limit.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Whether it hands out nothing.</summary>
    public bool Paused { get; init; }

    /// <summary>How many of its processes are in which state, by the word of the state; a state that none is in may be absent.</summary>
    public IReadOnlyDictionary<string, long> Counts { get => field ?? ReadOnlyDictionary<string, long>.Empty; init; }

    /// <summary>How many of its processes are in a state.</summary>
    /// <param name="status">The state.</param>
    public long Count(ProcessStatus status) => Counts.GetValueOrDefault(status.Word());
}
