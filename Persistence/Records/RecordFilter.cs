namespace Muster.Persistence.Records;

/// <summary>Which records; everything absent matches all.</summary>
/// <param name="Kind">The kind.</param>
public sealed record RecordFilter(string Kind)
{
    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>The tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Only those whose key begins so.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>Only those after this <see cref="RecordRow.Seq"/>, or before it when the newest come first.</summary>
    public long? After { get; init; }

    /// <summary>Whether the newest come first; default the oldest.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>How many at the most; default no bound.</summary>
    public int? Limit { get; init; }
}
