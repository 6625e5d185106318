namespace Muster.Messages.Processes;

/// <summary>The answer to a <see cref="ProcessCommand"/>; what it grants is durable.</summary>
public abstract record ProcessReply : IMusterMessage
{
    /// <summary>The process that answers.</summary>
    public required ProcessId Process { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : ProcessReply
    {
        /// <summary>The state.</summary>
        public required ProcessStatus Status { get; init; }

        /// <summary>The last attempt; 0 before the first.</summary>
        public int Attempt { get; init; }

        /// <summary>Whether the command had been applied before.</summary>
        public bool Repeated { get; init; }

        /// <summary>When the attempt is taken back for silence.</summary>
        public DateTimeOffset? LeaseUntil { get; init; }

        /// <summary>The worker should stop this attempt: the process was cancelled.</summary>
        public bool Cancel { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : ProcessReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
