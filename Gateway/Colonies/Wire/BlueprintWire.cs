using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>How something is to be, and how it was found to be. Executors make it so.</summary>
internal sealed record BlueprintWire
{
    /// <summary>The kind of its record; the key is the name, the tag the kind.</summary>
    public const string RecordKind = "colonies.blueprint";

    public string BlueprintId { get; init; } = "";

    /// <summary>Names the definition.</summary>
    public string Kind { get; init; } = "";

    public BlueprintMetadataWire? Metadata { get; init; }

    /// <summary>How it is to be.</summary>
    public JsonElement? Spec { get; init; }

    /// <summary>How it is, as its reconciler said last; none when it has said nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Status { get; init; }
}
