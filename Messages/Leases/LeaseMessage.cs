namespace Muster.Messages.Leases;

/// <summary>Between a node that has to decide about the cluster and the core nodes, which reach the lease.</summary>
public abstract record LeaseMessage : IMusterMessage
{
    /// <summary>Take the lease, or prolong one's own. Answered with <see cref="Answer"/>; no answer means no.</summary>
    public sealed record Take : LeaseMessage
    {
        /// <summary>Which lease.</summary>
        public required string Name { get; init; }

        /// <summary>For whom.</summary>
        public required string Owner { get; init; }

        /// <summary>How long it holds unless it is prolonged.</summary>
        public required TimeSpan Span { get; init; }
    }

    /// <summary>Give the lease back. Answered with <see cref="Answer"/>.</summary>
    public sealed record GiveBack : LeaseMessage
    {
        /// <summary>Which lease.</summary>
        public required string Name { get; init; }

        /// <summary>Who had it.</summary>
        public required string Owner { get; init; }
    }

    /// <summary>What became of it.</summary>
    public sealed record Answer : LeaseMessage
    {
        /// <summary>Whether who asked has what he asked for.</summary>
        public required bool Granted { get; init; }
    }
}
