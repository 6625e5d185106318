namespace Muster.Messages.Workflows;

/// <summary>The answer to a <see cref="WorkflowCommand"/>; what it grants is durable.</summary>
public abstract record WorkflowReply : IMusterMessage
{
    /// <summary>The workflow that answers.</summary>
    public required WorkflowId Workflow { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : WorkflowReply
    {
        /// <summary>The state.</summary>
        public required WorkflowStatus Status { get; init; }

        /// <summary>Whether the command had been applied before.</summary>
        public bool Repeated { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : WorkflowReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
