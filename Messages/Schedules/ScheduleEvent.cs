using System.Collections.Immutable;

namespace Muster.Messages.Schedules;

/// <summary>What happened to a schedule.</summary>
public abstract record ScheduleEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it.</summary>
    public string? By { get; init; }

    /// <summary>How far the schedule is after it.</summary>
    public required ScheduleProgress Progress { get; init; }

    /// <summary>An event that says all of the schedule.</summary>
    public abstract record OfAll : ScheduleEvent
    {
        /// <summary>When what is run.</summary>
        public required ScheduleSpec Spec { get; init; }

        /// <summary>When the schedule was made.</summary>
        public required DateTimeOffset CreatedAt { get; init; }

        /// <summary>Who made it, or gave it this timetable and work, which is submitted in this name.</summary>
        public string? CreatedBy { get; init; }

        /// <summary>When this timetable was made: a period without a start counts from here.</summary>
        public required DateTimeOffset Anchor { get; init; }
    }

    /// <summary>It was made, or got another timetable and work.</summary>
    public sealed record Defined : OfAll;

    /// <summary>All of it, said anew so that the events before it can go.</summary>
    public sealed record Kept : OfAll
    {
        /// <summary>The last commands, so that a repeated one is known.</summary>
        public ImmutableArray<string> Commands { get; init; } = [];
    }

    /// <summary>It no longer exists.</summary>
    public sealed record Removed : ScheduleEvent;

    /// <summary>It fires nothing more.</summary>
    public sealed record Paused : ScheduleEvent;

    /// <summary>It fires again.</summary>
    public sealed record Resumed : ScheduleEvent;

    /// <summary>Slots came, or somebody triggered it.</summary>
    public sealed record Came : ScheduleEvent
    {
        /// <summary>What runs; empty when no slot does.</summary>
        public ImmutableArray<ScheduledRun> Runs { get; init; } = [];

        /// <summary>How many slots do not run because the work of the one before is not final.</summary>
        public long Skipped { get; init; }

        /// <summary>How many slots do not run because their time has passed.</summary>
        public long Missed { get; init; }
    }

    /// <summary>The work of a run is submitted.</summary>
    public sealed record Fired : ScheduleEvent
    {
        /// <summary>The run.</summary>
        public required ScheduledRun Run { get; init; }
    }

    /// <summary>The work of a run was refused, and will not be submitted.</summary>
    public sealed record Rejected : ScheduleEvent
    {
        /// <summary>The run.</summary>
        public required ScheduledRun Run { get; init; }

        /// <summary>Why.</summary>
        public required string Reason { get; init; }
    }
}
