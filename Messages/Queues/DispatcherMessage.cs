using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Messages.Queues;

/// <summary>What a dispatcher hears, and what it and the queues tell those who ask for work.</summary>
public abstract record DispatcherMessage : IMusterMessage
{
    /// <summary>The demand that it is about.</summary>
    public required string DemandId { get; init; }

    /// <summary>Work is wanted. It is a state: every 2 s and on change it is said anew, and each version replaces the last, but for what a <see cref="Partial"/> one leaves out.</summary>
    public sealed record Demand : DispatcherMessage, Akka.Routing.IConsistentHashable
    {
        /// <summary>Rises with every change.</summary>
        public required long Version { get; init; }

        /// <summary>Whose processes.</summary>
        public required string Namespace { get; init; }

        /// <summary>The queues to serve.</summary>
        public required ImmutableArray<string> Queues { get; init; }

        /// <summary>What the executor is and can do.</summary>
        public required Capability Capability { get; init; }

        /// <summary>How many more processes it can take now; 0 withdraws it.</summary>
        public required int Free { get; init; }

        /// <summary>How many assignments it has received in all.</summary>
        public required long Received { get; init; }

        /// <summary>The attempts that it holds; one that was given to it and is missing here never reached it.</summary>
        public ImmutableArray<AttemptRef> Held { get; init; } = [];

        /// <summary>Whether <see cref="Held"/> names only what was received since the last word: a busy worker says its demand hundreds of times a second, and holds hundreds of attempts. Nothing is taken for lost by it.</summary>
        public bool Partial { get; init; }

        /// <summary>Attempts that it received and that are over already, since the last time it said so.</summary>
        public ImmutableArray<AttemptRef> Finished { get; init; } = [];

        /// <summary>Who gets the assignments.</summary>
        public required ActorRef Requester { get; init; }

        /// <summary>The demand is over: nothing more will be asked under this id.</summary>
        public bool Gone { get; init; }

        /// <summary>Whether a member of the cluster runs the work itself: what it holds is lost with it. Workers outside outlive the gateway that asks for them.</summary>
        public bool OfMember { get; init; }

        /// <summary>Whether it takes what is there when something is there first, and no more: a long poll has its answer then, and what came later would reach nobody.</summary>
        public bool Once { get; init; }

        /// <inheritdoc />
        object Akka.Routing.IConsistentHashable.ConsistentHashKey => DemandId;
    }

    /// <summary>From a queue: what became of its part of the demand.</summary>
    public sealed record Report : DispatcherMessage
    {
        /// <summary>The queue.</summary>
        public required QueueId Queue { get; init; }

        /// <summary>How many assignments the queue has made for the demand in all.</summary>
        public required long Used { get; init; }

        /// <summary>The attempt that the demand got just now, if any.</summary>
        public AttemptRef? Given { get; init; }

        /// <summary>Who got that attempt; who says the demand now may be another.</summary>
        public ActorRef? To { get; init; }

        /// <summary>The priority of the next process that the demand could take; null when there is none.</summary>
        public int? Next { get; init; }
    }

    /// <summary>From a queue to who asked: offers for it are under way, so a long poll waits for these and no longer.</summary>
    public sealed record Offering : DispatcherMessage
    {
        /// <summary>The queue.</summary>
        public required QueueId Queue { get; init; }

        /// <summary>The change of the number of offers under way.</summary>
        public required int Change { get; init; }
    }
}
