namespace Muster.Messages.Workflows;

/// <summary>What a workflow is asked to do. Every command may be repeated: the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record WorkflowCommand : IMusterMessage, IForWorkflow
{
    /// <inheritdoc />
    public required WorkflowId Workflow { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks: a key, an executor or a node.</summary>
    public string? By { get; init; }

    /// <summary>Exist, with all processes or none. Answered when every process is durable.</summary>
    public sealed record Submit : WorkflowCommand
    {
        /// <summary>The graph.</summary>
        public required WorkflowSpec Spec { get; init; }

        /// <summary>A hash over the spec; tells a repeated submit from another one under the same id.</summary>
        public required string Fingerprint { get; init; }
    }

    /// <summary>Take in one more node, behind one that runs. Answered when its process is durable.</summary>
    public sealed record AddNode : WorkflowCommand
    {
        /// <summary>The node. What it names in <see cref="WorkflowNode.After"/> is replaced by <see cref="Parent"/>.</summary>
        public required WorkflowNode Node { get; init; }

        /// <summary>A hash over the node; tells a repeated one from another of the same name.</summary>
        public required string Fingerprint { get; init; }

        /// <summary>The name of the node that must have succeeded before it. It must be running.</summary>
        public required string Parent { get; init; }

        /// <summary>The name of a blocked node that waits for the new one too; none when absent.</summary>
        public string? Child { get; init; }

        /// <summary>Whether all that waits for the parent waits for the new node too. All of it must be blocked.</summary>
        public bool Insert { get; init; }
    }

    /// <summary>Stop all that is not final. Answered when nothing goes on any more.</summary>
    public sealed record Cancel : WorkflowCommand
    {
        /// <summary>Why.</summary>
        public string? Reason { get; init; }
    }
}
