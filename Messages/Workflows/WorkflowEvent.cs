using System.Collections.Immutable;

namespace Muster.Messages.Workflows;

/// <summary>What happened to a workflow. What happens to its processes stands with them.</summary>
public abstract record WorkflowEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it; kept so that a repeated command is answered and not applied.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it; the workflow itself when absent.</summary>
    public string? By { get; init; }

    /// <summary>It exists; its processes are made from now on, after a crash too.</summary>
    public sealed record Submitted : WorkflowEvent
    {
        /// <summary>The graph.</summary>
        public required WorkflowSpec Spec { get; init; }

        /// <summary>A hash over the spec.</summary>
        public required string Fingerprint { get; init; }
    }

    /// <summary>It has one more node; its process is made from now on, after a crash too.</summary>
    public sealed record NodeAdded : WorkflowEvent
    {
        /// <summary>The node.</summary>
        public required WorkflowNode Node { get; init; }

        /// <summary>A hash over the node.</summary>
        public required string Fingerprint { get; init; }

        /// <summary>Names of the nodes that wait for it from now on.</summary>
        public ImmutableArray<string> Children { get; init; } = [];
    }

    /// <summary>The processes of all its nodes exist.</summary>
    public sealed record Made : WorkflowEvent
    {
        /// <summary>Names of nodes that are given up, because their processes were refused for good.</summary>
        public ImmutableArray<string> Missing { get; init; } = [];
    }

    /// <summary>All of it that is not final is cancelled from now on, after a crash too.</summary>
    public sealed record CancelRequested : WorkflowEvent
    {
        /// <summary>Why, in words.</summary>
        public required string Reason { get; init; }
    }

    /// <summary>Its state follows its processes.</summary>
    public sealed record StatusChanged : WorkflowEvent
    {
        /// <summary>The state before.</summary>
        public required WorkflowStatus From { get; init; }

        /// <summary>The state after.</summary>
        public required WorkflowStatus To { get; init; }

        /// <summary>Whether all its processes are final.</summary>
        public required bool Finished { get; init; }
    }
}
