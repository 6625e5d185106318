namespace Muster.Persistence.Keys;

/// <summary>A key as it is stored: nobody can learn its secret from here.</summary>
public sealed record KeyRow
{
    /// <summary>The namespace of a key that is for all of them; no namespace has this name.</summary>
    public const string AllNamespaces = "*";

    /// <summary>The part of the key that may be known.</summary>
    public required string Id { get; init; }

    /// <summary>The SHA-256 of the secret.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Whose it is, for people; stands in the history of what its holder did.</summary>
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    public required KeyRole Role { get; init; }

    /// <summary>Where, or <see cref="AllNamespaces"/>.</summary>
    public required string Namespace { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was revoked; null while it is good.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it was used last, to the minute; null when never.</summary>
    public DateTimeOffset? LastUsed { get; init; }
}
