namespace Muster.Messages.Processes;

/// <summary>How many processes of the same queue and key may run at once.</summary>
public sealed record ConcurrencyRule
{
    /// <summary>The key; processes of one queue with the same key share the limit.</summary>
    public required string Key { get; init; }

    /// <summary>How many may run at once, from 1; default 1.</summary>
    public int Max { get; init; } = 1;

    /// <summary>What happens when the key is taken.</summary>
    public ConflictPolicy OnConflict { get; init; }
}
