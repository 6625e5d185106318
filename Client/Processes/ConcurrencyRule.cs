namespace Muster.Client;

/// <summary>How many processes of the same queue and key may run at once.</summary>
public sealed record ConcurrencyRule
{
    /// <summary>The key; processes of one queue with the same key share the limit.</summary>
    public required string Key { get; init; }

    /// <summary>How many may run at once, from 1; 1 when null.</summary>
    public int? Max { get; init; }

    /// <summary>What happens when the key is taken; it waits when null.</summary>
    public ConflictPolicy? OnConflict { get; init; }
}
