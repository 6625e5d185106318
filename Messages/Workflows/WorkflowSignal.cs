namespace Muster.Messages.Workflows;

/// <summary>What a workflow is told without being asked for a change of its own; each may come twice or late.</summary>
public abstract record WorkflowSignal : IMusterMessage, IForWorkflow
{
    /// <inheritdoc />
    public required WorkflowId Workflow { get; init; }

    /// <summary>Something of it may have changed: look at the processes.</summary>
    public sealed record Look : WorkflowSignal;

    /// <summary>Tell the sender when all its processes are final, at once if they are.</summary>
    public sealed record Await : WorkflowSignal;

    /// <summary>Answers <see cref="Await"/>.</summary>
    public sealed record IsFinished : WorkflowSignal
    {
        /// <summary>The state that it ended in; none when there is no such workflow.</summary>
        public required WorkflowStatus Status { get; init; }
    }
}
