namespace Muster.Messages.Schedules;

/// <summary>A message that is routed to a schedule.</summary>
public interface IForSchedule
{
    /// <summary>Which schedule it is for.</summary>
    ScheduleId Schedule { get; }
}
