using Akka.Actor;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>What a queue tells itself.</summary>
internal static class QueueSelfMessages
{
    /// <summary>Who holds or wants the key of a process that wants to wait.</summary>
    internal sealed record Conflicts(QueueMessage.Enqueue Enqueue, IActorRef Sender, IReadOnlyList<RelatedRow> Older) : INoSerializationVerificationNeeded;

    /// <summary>A lane could not be read.</summary>
    internal sealed record RefillFailed(QueueLane Lane, Exception Why) : INoSerializationVerificationNeeded;

    /// <summary>The tables could not be read.</summary>
    internal sealed class Unread : INoSerializationVerificationNeeded
    {
        public static readonly Unread Instance = new();
    }

    /// <summary>Look for offers that nobody answers.</summary>
    internal sealed class LookAtOffers : INoSerializationVerificationNeeded
    {
        public static readonly LookAtOffers Instance = new();
    }

    /// <summary>Compare with the tables, and leave memory when nobody needs the queue.</summary>
    internal sealed class LookAround : INoSerializationVerificationNeeded
    {
        public static readonly LookAround Instance = new();
    }

    /// <summary>Bring work and demand together again.</summary>
    internal sealed class PumpAgain : INoSerializationVerificationNeeded
    {
        public static readonly PumpAgain Instance = new();
    }

    /// <summary>Leave memory.</summary>
    internal sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();
    }
}
