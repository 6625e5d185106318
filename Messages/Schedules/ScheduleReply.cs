namespace Muster.Messages.Schedules;

/// <summary>The answer to a <see cref="ScheduleCommand"/>; what it grants is durable.</summary>
public abstract record ScheduleReply : IMusterMessage
{
    /// <summary>The schedule that answers.</summary>
    public required ScheduleId Schedule { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : ScheduleReply
    {
        /// <summary>Whether the schedule was there before.</summary>
        public bool Existed { get; init; }

        /// <summary>The work that a trigger runs.</summary>
        public string? Work { get; init; }

        /// <summary>Whether that work waits for the one before it.</summary>
        public bool Queued { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : ScheduleReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
