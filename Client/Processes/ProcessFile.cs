namespace Muster.Client;

/// <summary>A file that belongs to a process.</summary>
public sealed record ProcessFile
{
    /// <summary>Its name within the process.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The SHA-256 of its bytes, in hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its media type.</summary>
    public string? MediaType { get; init; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
