namespace Muster.Gateway.Colonies.Wire;

/// <summary>A kind of blueprints, and who makes them so.</summary>
internal sealed record BlueprintDefinitionWire
{
    /// <summary>The kind of its record; the key is the name, the tag the kind of its blueprints.</summary>
    public const string RecordKind = "colonies.blueprintdefinition";

    /// <summary>The kind of the record that says that its kind is taken; the key is that kind, the body the name of the definition.</summary>
    public const string KindRecordKind = "colonies.blueprintkind";

    public string BlueprintDefinitionId { get; init; } = "";

    public string Kind { get; init; } = "";

    public BlueprintMetadataWire? Metadata { get; init; }

    public BlueprintDefinitionSpecWire? Spec { get; init; }
}
