using System.Text.Json;

namespace Muster.Client;

/// <summary>A transition of some process, as the event stream tells it.</summary>
public sealed record ProcessEvent
{
    /// <summary>Its place in the stream; hand it to <see cref="MusterClient.EventsAsync"/> to go on after it.</summary>
    public required string Offset { get; init; }

    /// <summary>The kind of event.</summary>
    public required string Type { get; init; }

    /// <summary>What happened.</summary>
    public required JsonElement Content { get; init; }
}
