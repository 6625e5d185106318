namespace Muster.Client;

/// <summary>What became of one item of a batch.</summary>
public sealed record SubmitOutcome
{
    /// <summary>The HTTP status of the item: 201 it is new, 200 it existed, anything else it was refused.</summary>
    public int Status { get; init; }

    /// <summary>The id of the process; null when it was refused before it had one.</summary>
    public string? Id { get; init; }

    /// <summary>Why it was refused; null when it was not.</summary>
    public MusterProblem? Problem { get; init; }

    /// <summary>Whether the process exists now.</summary>
    public bool Accepted => Status is >= 200 and < 300;
}
