using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What a kind of blueprints is.</summary>
internal sealed record BlueprintDefinitionSpecWire
{
    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public BlueprintNamesWire? Names { get; init; }

    public string Scope { get; init; } = "";

    /// <summary>What the spec of its blueprints must look like; none when it may be anything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Schema { get; init; }

    public BlueprintHandlerWire? Handler { get; init; }
}
