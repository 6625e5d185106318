using Muster.Messages.Schedules;

namespace Muster.Persistence.ReadModel;

/// <summary>A schedule as its row shows it: exact from the moment a command is acknowledged.</summary>
public sealed record ScheduleRow
{
    /// <summary>The identity.</summary>
    public required ScheduleId Id { get; init; }

    /// <summary>When what is run.</summary>
    public required ScheduleSpec Spec { get; init; }

    /// <summary>How far it is.</summary>
    public required ScheduleProgress Progress { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it, or gave it its present timetable and work.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its timetable was made.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>When its row changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
