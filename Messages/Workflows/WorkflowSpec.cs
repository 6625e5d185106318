using System.Collections.Immutable;

namespace Muster.Messages.Workflows;

/// <summary>A graph of processes, as it was submitted. It never changes; nodes may be added while it runs.</summary>
public sealed record WorkflowSpec
{
    /// <summary>A name for people; not unique.</summary>
    public string? Name { get; init; }

    /// <summary>The nodes, in the order in which they were given.</summary>
    public ImmutableArray<WorkflowNode> Nodes { get; init; } = [];

    /// <summary>What the failure of a node does to those that do not depend on it.</summary>
    public WorkflowFailurePolicy OnFailure { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
