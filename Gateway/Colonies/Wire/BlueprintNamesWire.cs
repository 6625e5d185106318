using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What blueprints of a kind are called.</summary>
internal sealed record BlueprintNamesWire
{
    /// <summary>The kind that blueprints name.</summary>
    public string Kind { get; init; } = "";

    [JsonPropertyName("listKind")]
    public string ListKind { get; init; } = "";

    public string Singular { get; init; } = "";

    public string Plural { get; init; } = "";

    [JsonPropertyName("shortNames")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ShortNames { get; init; }
}
