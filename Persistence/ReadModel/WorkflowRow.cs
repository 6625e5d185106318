using System.Collections.Immutable;
using Muster.Messages.Workflows;

namespace Muster.Persistence.ReadModel;

/// <summary>A workflow as its row shows it. Its state follows those of its processes within moments; they themselves are exact.</summary>
public sealed record WorkflowRow
{
    /// <summary>Rises with every workflow; lists are ordered by it.</summary>
    public required long Seq { get; init; }

    /// <summary>The identity.</summary>
    public required WorkflowId Id { get; init; }

    /// <summary>The state.</summary>
    public required WorkflowStatus Status { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What the failure of a node does to those that do not depend on it.</summary>
    public WorkflowFailurePolicy OnFailure { get; init; }

    /// <summary>How many nodes it has.</summary>
    public int Nodes { get; init; }

    /// <summary>Why it was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who submitted it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When the first of its processes was seen running or final.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When all of its processes were seen final; null while one is not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When its row changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
