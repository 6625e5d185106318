namespace Muster.Client;

/// <summary>What a bulk action did.</summary>
public sealed record BulkOutcome
{
    /// <summary>How many processes the filter matched.</summary>
    public long Matched { get; init; }

    /// <summary>How many were changed; 0 in a dry run.</summary>
    public long Changed { get; init; }

    /// <summary>How many refused, because of their state; 0 in a dry run.</summary>
    public long Refused { get; init; }
}
