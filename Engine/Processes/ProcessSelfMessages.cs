using System.Text.Json;
using Akka.Actor;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>The shard asks a passivated process to stop; an ordinary message, so that a running persist ends first.</summary>
internal sealed class StopQuietly : INoSerializationVerificationNeeded
{
    public static readonly StopQuietly Instance = new();
}

/// <summary>The timer of the next deadline has fired.</summary>
internal sealed class DeadlineReached : INoSerializationVerificationNeeded
{
    public static readonly DeadlineReached Instance = new();
}

/// <summary>Time to repeat what the queue has not answered.</summary>
internal sealed class RepeatUnanswered : INoSerializationVerificationNeeded
{
    public static readonly RepeatUnanswered Instance = new();
}

/// <summary>It was read from the journal a moment ago and nobody has offered it: the queue has to hear that it waits.</summary>
internal sealed class Announce : INoSerializationVerificationNeeded
{
    public static readonly Announce Instance = new();
}

/// <summary>The states of the parents, as the store has them now.</summary>
internal sealed record ParentsSeen(IReadOnlyCollection<(string Id, ProcessStatus Status)> Parents) : INoSerializationVerificationNeeded;

/// <summary>All that an assignment needs is at hand.</summary>
internal sealed record HandOver(IActorRef Requester, int Attempt, ProcessSpec Spec, JsonElement? Checkpoint) : INoSerializationVerificationNeeded;

/// <summary>A heartbeat has reached the row.</summary>
internal sealed class RowTouched : INoSerializationVerificationNeeded
{
    public static readonly RowTouched Instance = new();
}
