using Muster.Persistence.Keys;

namespace Muster.Gateway.Native.Wire;

/// <summary>A key to be made.</summary>
public sealed record NewKeyWire
{
    /// <summary>Whose it is, for people; stands in the history of what its holder does.</summary>
    public string? Name { get; init; }

    /// <summary>What its holder may do: reader, submitter, worker or operator.</summary>
    public string? Role { get; init; }

    /// <summary>Where, or * for every namespace; "default" when absent, for an operator *.</summary>
    public string? Namespace { get; init; }
}

/// <summary>A key as the API shows it.</summary>
public sealed record KeyWire
{
    /// <summary>The id, the middle part of the key.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    public required string Role { get; init; }

    /// <summary>Where; * for every namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was used last, to the minute.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key itself; only in the answer to the call that made it.</summary>
    public string? Key { get; init; }

    /// <summary>A key that is stored.</summary>
    public static KeyWire Of(KeyRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            Role = row.Role.ToString().ToLowerInvariant(),
            Namespace = row.Namespace,
            CreatedAt = row.CreatedAt,
            LastUsed = row.LastUsed,
            RevokedAt = row.RevokedAt,
        };
    }
}

/// <summary>The keys.</summary>
/// <param name="Items">The oldest first.</param>
public sealed record KeyListWire(IReadOnlyList<KeyWire> Items);
