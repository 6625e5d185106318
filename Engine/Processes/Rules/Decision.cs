using System.Collections.Immutable;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>What the rules say to a command.</summary>
public abstract record Decision
{
    /// <summary>These events happen, all or none.</summary>
    /// <param name="Events">The events, in order; at least one.</param>
    public sealed record Happens(ImmutableArray<ProcessEvent> Events) : Decision;

    /// <summary>It is granted and nothing durable changes.</summary>
    /// <param name="State">The state from now on; only memory.</param>
    /// <param name="Repeated">Whether the command had been applied before.</param>
    /// <param name="Cancel">Whether the worker should stop: the process was cancelled.</param>
    public sealed record Stays(ProcessState State, bool Repeated = false, bool Cancel = false) : Decision;

    /// <summary>It is refused and nothing changes.</summary>
    /// <param name="Problem">The kind of refusal.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    public sealed record Refused(Problem Problem, string Message) : Decision;
}
