using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Messages.Queues;

/// <summary>What a queue hears.</summary>
public abstract record QueueMessage : IMusterMessage, IForQueue
{
    /// <inheritdoc />
    public required QueueId Queue { get; init; }

    /// <summary>From a process: it waits. Repeated until <see cref="ProcessSignal.Enqueued"/> comes.</summary>
    public sealed record Enqueue : QueueMessage
    {
        /// <summary>The process.</summary>
        public required ProcessId Process { get; init; }

        /// <summary>Its lane.</summary>
        public required string Lane { get; init; }

        /// <summary>What it requires.</summary>
        public required Requirements Requirements { get; init; }

        /// <summary>Higher goes first.</summary>
        public required int Priority { get; init; }

        /// <summary>Among equals the earlier goes first.</summary>
        public required DateTimeOffset Since { get; init; }

        /// <summary>What happens when its concurrency key is taken.</summary>
        public ConflictPolicy OnConflict { get; init; }
    }

    /// <summary>From a process: it left the queue without an attempt (cancelled, failed, moved).</summary>
    public sealed record Dequeue : QueueMessage
    {
        /// <summary>The process.</summary>
        public required ProcessId Process { get; init; }
    }

    /// <summary>From a process: the answer to an offer.</summary>
    public sealed record OfferAnswered : QueueMessage
    {
        /// <summary>The process.</summary>
        public required ProcessId Process { get; init; }

        /// <summary>The demand that was offered to.</summary>
        public required string Demand { get; init; }

        /// <summary>The command id of the offer.</summary>
        public required string Offer { get; init; }

        /// <summary>The attempt that holds the process now; 0 when the offer was declined.</summary>
        public int Attempt { get; init; }

        /// <summary>Declined because a place under a limit was taken already.</summary>
        public bool NoSlot { get; init; }
    }

    /// <summary>From a process: an attempt that held places under limits is over. Repeated until <see cref="ProcessSignal.EndNoted"/> comes.</summary>
    public sealed record AttemptOver : QueueMessage
    {
        /// <summary>The process.</summary>
        public required ProcessId Process { get; init; }

        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }

        /// <summary>The places that are free now.</summary>
        public required ImmutableArray<SlotClaim> Slots { get; init; }
    }

    /// <summary>From a dispatcher: a demand that this queue may serve. Each version replaces the last.</summary>
    public sealed record Interest : QueueMessage
    {
        /// <summary>The demand.</summary>
        public required string Demand { get; init; }

        /// <summary>Rises with every change; an older one than known is ignored.</summary>
        public required long Version { get; init; }

        /// <summary>What the executor is and can do.</summary>
        public required Capability Capability { get; init; }

        /// <summary>Who gets the assignments.</summary>
        public required ActorRef Requester { get; init; }

        /// <summary>The dispatcher that holds the demand.</summary>
        public required ActorRef Dispatcher { get; init; }

        /// <summary>How many assignments the queue may have under way or unknown to the dispatcher.</summary>
        public required int Slots { get; init; }

        /// <summary>The last <see cref="DispatcherMessage.Report.Used"/> that <see cref="Slots"/> takes into account.</summary>
        public required long Acked { get; init; }

        /// <summary>Whether other queues serve the demand too; then the queue says when it has work.</summary>
        public bool Shared { get; init; }

        /// <summary>What the dispatcher believes to be the priority of the next process the queue has for it; null for none.</summary>
        public int? KnownNext { get; init; }

        /// <summary>The dispatcher has not heard of this queue yet: it is told what is next, also when that is nothing.</summary>
        public bool Asks { get; init; }

        /// <summary>Whether it takes what is there when something is there first, and no more.</summary>
        public bool Once { get; init; }

        /// <summary>With <see cref="Once"/>: whether its dispatcher knows of anything that it got or that is on its way to it.</summary>
        public bool Served { get; init; }

        /// <summary>The demand is over.</summary>
        public bool Gone { get; init; }

        /// <summary>With <see cref="Gone"/>: the attempts that it took with it; any other that it gets yet is given back. Null when it lives on with other queues.</summary>
        public ImmutableArray<AttemptRef>? Held { get; init; }
    }

    /// <summary>From a gateway: one waiting process is wanted, whatever stands before it. It is offered once, if limits let it start now; without an assignment the gateway says it again.</summary>
    public sealed record Pick : QueueMessage
    {
        /// <summary>The process.</summary>
        public required ProcessId Process { get; init; }

        /// <summary>Its lane.</summary>
        public required string Lane { get; init; }

        /// <summary>What it requires.</summary>
        public required Requirements Requirements { get; init; }

        /// <summary>Its priority.</summary>
        public required int Priority { get; init; }

        /// <summary>Its place among those of the same priority.</summary>
        public required DateTimeOffset Since { get; init; }

        /// <summary>The demand that the attempt will answer.</summary>
        public required string Demand { get; init; }

        /// <summary>What the executor is and can do.</summary>
        public required Capability Capability { get; init; }

        /// <summary>Who gets the assignment.</summary>
        public required ActorRef Requester { get; init; }
    }

    /// <summary>Read the settings of the queue again.</summary>
    public sealed record Reconfigure : QueueMessage;
}
