using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What is known of a blueprint or a definition besides what it says.</summary>
internal sealed record BlueprintMetadataWire
{
    /// <summary>Unique in the colony.</summary>
    public string Name { get; init; } = "";

    public string ColonyName { get; init; } = "";

    /// <summary>Where its reconciler is; none for anywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LocationName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Rises with every change of the spec, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    [JsonPropertyName("createdAt")]
    public DateTimeOffset CreatedAt { get; init; } = Loose.NoTime;

    [JsonPropertyName("updatedAt")]
    public DateTimeOffset UpdatedAt { get; init; } = Loose.NoTime;

    /// <summary>The process that was submitted last to make it so; none before the first.</summary>
    [JsonPropertyName("lastReconciliationProcess")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastReconciliationProcess { get; init; }

    [JsonPropertyName("lastReconciliationTime")]
    public DateTimeOffset LastReconciliationTime { get; init; } = Loose.NoTime;
}
