namespace Muster.Gateway.Colonies.Wire;

/// <summary>A kind of blueprints, and who makes them so.</summary>
internal sealed record BlueprintDefinitionWire
{
    /// <summary>The kind of its record; the key is the name, the tag the kind of its blueprints.</summary>
    public const string RecordKind = "colonies.blueprintdefinition";

    public string BlueprintDefinitionId { get; init; } = "";

    public string Kind { get; init; } = "";

    public BlueprintMetadataWire? Metadata { get; init; }

    public BlueprintDefinitionSpecWire? Spec { get; init; }
}
