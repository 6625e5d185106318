namespace Muster.Messages.Schedules;

/// <summary>What the cluster itself says to a schedule.</summary>
public abstract record ScheduleSignal : IMusterMessage, IForSchedule
{
    /// <inheritdoc />
    public required ScheduleId Schedule { get; init; }

    /// <summary>A slot may have come. May be said twice.</summary>
    public sealed record Wake : ScheduleSignal;
}
