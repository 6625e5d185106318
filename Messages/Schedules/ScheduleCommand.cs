namespace Muster.Messages.Schedules;

/// <summary>What a schedule is asked to do. A repetition with the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record ScheduleCommand : IMusterMessage, IForSchedule
{
    /// <inheritdoc />
    public required ScheduleId Schedule { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks.</summary>
    public string? By { get; init; }

    /// <summary>Exist, with this timetable and work.</summary>
    public sealed record Put : ScheduleCommand
    {
        /// <summary>When what is run.</summary>
        public required ScheduleSpec Spec { get; init; }

        /// <summary>Whether it may take the place of one that exists; otherwise that is a conflict.</summary>
        public bool Replace { get; init; }
    }

    /// <summary>No longer exist; what it has fired goes on.</summary>
    public sealed record Remove : ScheduleCommand;

    /// <summary>Fire nothing more.</summary>
    public sealed record Pause : ScheduleCommand;

    /// <summary>Fire again, from the next slot on.</summary>
    public sealed record Resume : ScheduleCommand;

    /// <summary>Fire now, also in a pause; the overlap policy holds.</summary>
    public sealed record Trigger : ScheduleCommand;
}
