using System.Collections.Immutable;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Gateway.Native.Wire;

/// <summary>A graph of processes as it is submitted.</summary>
public sealed record SubmitWorkflowWire
{
    /// <summary>The id; made by the server when absent.</summary>
    public string? Id { get; init; }

    /// <summary>An idempotency key: the id is derived from it, so that the same key is the same workflow.</summary>
    public string? Key { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What the failure of a node does to those that do not depend on it: fail-dependents (nothing; the default), fail-all, or fail-all-of-inner-node (as fail-all when others depend on it).</summary>
    public WorkflowFailurePolicy? OnFailure { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>The nodes, 1 to 10,000.</summary>
    public ImmutableArray<SubmitNodeWire>? Nodes { get; init; }
}

/// <summary>A process of a workflow as it is submitted.</summary>
public sealed record SubmitNodeWire : SpecWire
{
    /// <summary>Its name, unique in the workflow; that of its process too.</summary>
    public string? Name { get; init; }

    /// <summary>Names of the nodes that must have succeeded before.</summary>
    public ImmutableArray<string>? After { get; init; }
}

/// <summary>One more node.</summary>
public sealed record AddNodeWire
{
    /// <summary>The node; what it comes after stands in parent.</summary>
    public SubmitNodeWire? Node { get; init; }

    /// <summary>The name of the node that must have succeeded before; it must be running.</summary>
    public string? Parent { get; init; }

    /// <summary>The name of a blocked node that waits for the new one too.</summary>
    public string? Child { get; init; }

    /// <summary>Whether all that comes after the parent comes after the new node too; default false.</summary>
    public bool? Insert { get; init; }
}

/// <summary>A node as the API shows it.</summary>
public sealed record NodeWire
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its process.</summary>
    public required string Id { get; init; }

    /// <summary>The state of its process.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>Names of the nodes that must have succeeded before.</summary>
    public required IReadOnlyList<string> After { get; init; }

    /// <summary>The last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Executor { get; init; }

    /// <summary>Why it failed, was cancelled, or why its last attempt ended.</summary>
    public string? Reason { get; init; }

    /// <summary>When its last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A workflow as the API shows it. What is absent is not set.</summary>
public sealed record WorkflowWire
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>The state, which follows those of its processes.</summary>
    public required WorkflowStatus Status { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What the failure of a node does to those that do not depend on it.</summary>
    public required WorkflowFailurePolicy OnFailure { get; init; }

    /// <summary>How many processes are in which state.</summary>
    public required SortedDictionary<string, long> Counts { get; init; }

    /// <summary>Why it was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who submitted it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When something of it was seen to have begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When all of it was seen final; absent while something goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The nodes, the oldest processes first; only when one workflow is asked for.</summary>
    public IReadOnlyList<NodeWire>? Nodes { get; init; }
}

/// <summary>A page of workflows.</summary>
/// <param name="Items">The workflows, the newest first.</param>
/// <param name="Cursor">Hand it in for the next page; absent on the last.</param>
public sealed record WorkflowPageWire(IReadOnlyList<WorkflowWire> Items, string? Cursor);
