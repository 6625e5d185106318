using System.Text.Json;

namespace Muster.Persistence.Records;

/// <summary>A change of one record, and what must be so for it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Key">The key.</param>
public abstract record RecordChange(string Kind, string Namespace, string Key)
{
    /// <summary>The version that must stand there: 0 for none; null when anything may.</summary>
    public long? Expected { get; init; }

    /// <summary>Makes it, or replaces what is kept.</summary>
    public sealed record Put(string Kind, string Namespace, string Key, JsonElement Body, string? Tag = null) : RecordChange(Kind, Namespace, Key);

    /// <summary>Forgets it; nothing happens when there is none.</summary>
    public sealed record Drop(string Kind, string Namespace, string Key) : RecordChange(Kind, Namespace, Key);

    /// <summary>Forgets every record of the kind in the namespace whose key begins with <see cref="RecordChange.Key"/>; all of them when it is empty.</summary>
    public sealed record DropAll(string Kind, string Namespace, string Key = "") : RecordChange(Kind, Namespace, Key);
}
