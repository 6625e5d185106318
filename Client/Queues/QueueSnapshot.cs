using System.Text.Json;
using System.Text.Json.Serialization;

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

    /// <summary>How many processes are blocked.</summary>
    public long Blocked { get; init; }

    /// <summary>How many processes wait.</summary>
    public long Waiting { get; init; }

    /// <summary>How many processes run.</summary>
    public long Running { get; init; }

    /// <summary>What the gateway says besides.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
