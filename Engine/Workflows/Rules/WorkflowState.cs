using System.Collections.Immutable;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>What a workflow knows of itself: the graph, and what is still to be done. The specs of its processes stand with them.</summary>
public sealed record WorkflowState
{
    /// <summary>How many command ids are remembered, so that a repeated command is answered and not applied.</summary>
    public const int RememberedCommands = 8;

    /// <summary>Before anything happened.</summary>
    public static readonly WorkflowState Empty = new();

    /// <summary>The state.</summary>
    public WorkflowStatus Status { get; init; }

    /// <summary>Whether all its processes are final.</summary>
    public bool Finished { get; init; }

    /// <summary>A hash over the spec.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>What the failure of a node does to those that do not depend on it.</summary>
    public WorkflowFailurePolicy OnFailure { get; init; }

    /// <summary>The nodes by name.</summary>
    public ImmutableDictionary<string, GraphNode> Nodes { get; init; } = ImmutableDictionary<string, GraphNode>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Nodes whose processes may not exist yet.</summary>
    public ImmutableArray<PendingNode> Pending { get; init; } = [];

    /// <summary>Why all that is not final is to be cancelled; null when it is not.</summary>
    public string? Stop { get; init; }

    /// <summary>Who wants it cancelled.</summary>
    public string? StopBy { get; init; }

    /// <summary>The last commands that changed it.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];
}
