using System.Collections.Immutable;

namespace Muster.Messages.Deployments;

/// <summary>What the reconciler and the agent of a node say to each other. Orders are numbered; a report says up to which they were taken, and what it does not show as taken is said again.</summary>
public abstract record AgentMessage : IMusterMessage
{
    /// <summary>Of two reconcilers the later one has the higher term; an agent listens to no older one.</summary>
    public long Term { get; init; }

    /// <summary>Tell me what you have, now and whenever it changes.</summary>
    public sealed record Watch : AgentMessage;

    /// <summary>Something to do; taken once and in order.</summary>
    public abstract record Order : AgentMessage
    {
        /// <summary>Rises by 1 with each order of a term to a node.</summary>
        public required long Number { get; init; }

        /// <summary>The instance.</summary>
        public required string Instance { get; init; }
    }

    /// <summary>Run an instance. One of this id that runs is ended first.</summary>
    public sealed record Start : Order
    {
        /// <summary>The deployment that it belongs to.</summary>
        public required DeploymentId Deployment { get; init; }

        /// <summary>The revision.</summary>
        public required long Revision { get; init; }

        /// <summary>What runs.</summary>
        public required InstanceTemplate Template { get; init; }

        /// <summary>The secrets that the template names, by variable, encrypted; the node opens them.</summary>
        public ImmutableSortedDictionary<string, SealedSecret> Secrets { get; init; } = ImmutableSortedDictionary<string, SealedSecret>.Empty;

        /// <summary>Where an instance that connects by itself finds the cluster.</summary>
        public string? Url { get; init; }

        /// <summary>How often it was started again after it had ended by itself.</summary>
        public int Restarts { get; init; }
    }

    /// <summary>End an instance: what it runs may go on for a while.</summary>
    public sealed record Stop : Order
    {
        /// <summary>How long.</summary>
        public TimeSpan Drain { get; init; }
    }

    /// <summary>Remove what is left of an instance that has ended.</summary>
    public sealed record Forget : Order;

    /// <summary>What a node is and has.</summary>
    public sealed record Report : AgentMessage
    {
        /// <summary>The name of the node.</summary>
        public required string Node { get; init; }

        /// <summary>The last order of the term that was taken.</summary>
        public long Taken { get; init; }

        /// <summary>Its labels.</summary>
        public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

        /// <summary>Its processors.</summary>
        public double Cpu { get; init; }

        /// <summary>Its memory, in bytes.</summary>
        public long Memory { get; init; }

        /// <summary>Whether it takes no new instances because it stops.</summary>
        public bool Leaving { get; init; }

        /// <summary>Its instances, also those that have ended and are not removed.</summary>
        public ImmutableArray<SeenInstance> Instances { get; init; } = [];
    }

    /// <summary>Show the last lines of an instance.</summary>
    public sealed record ReadLog : AgentMessage
    {
        /// <summary>The instance.</summary>
        public required string Instance { get; init; }

        /// <summary>How many lines.</summary>
        public required int Lines { get; init; }
    }

    /// <summary>The last lines of an instance.</summary>
    public sealed record LogLines : AgentMessage
    {
        /// <summary>The lines, the oldest first.</summary>
        public ImmutableArray<string> Lines { get; init; } = [];
    }
}
