using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>A generation of a blueprint.</summary>
internal sealed record BlueprintHistoryWire
{
    /// <summary>The kind of its record; the key begins with the id of the blueprint, which is the tag.</summary>
    public const string RecordKind = "colonies.blueprinthistory";

    public string HistoryId { get; init; } = "";

    public string BlueprintId { get; init; } = "";

    public string Kind { get; init; } = "";

    /// <summary>The colony.</summary>
    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public long Generation { get; init; }

    public JsonElement? Spec { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Status { get; init; }

    public DateTimeOffset Timestamp { get; init; } = Loose.NoTime;

    /// <summary>The id of who changed it.</summary>
    public string ChangedBy { get; init; } = "";

    /// <summary>create or update.</summary>
    public string ChangeType { get; init; } = "";
}
