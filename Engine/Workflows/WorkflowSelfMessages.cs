using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine.Workflows.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows;

/// <summary>The states of the processes that decide about a new node have been read.</summary>
internal sealed record Concerned(WorkflowCommand.AddNode Command, IActorRef From, IReadOnlyDictionary<string, ProcessStatus> Statuses) : INoSerializationVerificationNeeded;

/// <summary>They could not be read.</summary>
internal sealed record Unread(IActorRef From, string Why) : INoSerializationVerificationNeeded;

/// <summary>The processes, as the store has them now; those one by one only when they may have to be told something.</summary>
internal sealed record Seen(WorkflowCounts Counts, ImmutableArray<NodeProcess> Processes) : INoSerializationVerificationNeeded;

/// <summary>A step of the placement was answered.</summary>
internal sealed record StepEnded(string Step, ProcessReply Reply) : INoSerializationVerificationNeeded;

/// <summary>A step of the placement is to be done again.</summary>
internal sealed record StepAgain(string Step) : INoSerializationVerificationNeeded;

/// <summary>The next look may begin.</summary>
internal sealed class LookPaused : INoSerializationVerificationNeeded
{
    public static readonly LookPaused Instance = new();
}

/// <summary>All processes that were told something have answered, or had the time to.</summary>
internal sealed class OrdersGiven : INoSerializationVerificationNeeded
{
    public static readonly OrdersGiven Instance = new();
}
