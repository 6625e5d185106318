using System.Collections.Immutable;
using Muster.Messages;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>What the rules say to a command.</summary>
public abstract record WorkflowDecision
{
    /// <summary>These events happen, all or none.</summary>
    /// <param name="Events">The events, in order; at least one.</param>
    public sealed record Happens(ImmutableArray<WorkflowEvent> Events) : WorkflowDecision;

    /// <summary>It had been applied before, or is so already.</summary>
    public sealed record Stays : WorkflowDecision;

    /// <summary>It is refused and nothing changes.</summary>
    /// <param name="Problem">The kind of refusal.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    public sealed record Refused(Problem Problem, string Message) : WorkflowDecision;
}
