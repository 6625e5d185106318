using System.Text.Json;

namespace Muster.Persistence.Records;

/// <summary>Something that is kept under a name.</summary>
/// <param name="Seq">Rises with every record; lists are ordered by it.</param>
/// <param name="Kind">What it is; each kind has its own keys.</param>
/// <param name="Namespace">The tenant that it belongs to.</param>
/// <param name="Key">Its name, unique within kind and namespace.</param>
/// <param name="Tag">A second name to find it by, shared with others; null for none.</param>
/// <param name="Body">What is kept.</param>
/// <param name="Version">From 1, raised by every write.</param>
/// <param name="CreatedAt">When it was written first.</param>
/// <param name="UpdatedAt">When it was written last.</param>
public sealed record RecordRow(
    long Seq, string Kind, string Namespace, string Key, string? Tag, JsonElement Body, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
