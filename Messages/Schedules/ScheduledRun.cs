namespace Muster.Messages.Schedules;

/// <summary>A slot whose work is to be submitted.</summary>
public sealed record ScheduledRun
{
    /// <summary>The slot; of one that somebody triggered, when that was.</summary>
    public required DateTimeOffset Slot { get; init; }

    /// <summary>The id of its work, derived from schedule and slot, so that it is submitted once.</summary>
    public required string Work { get; init; }

    /// <summary>Whether somebody triggered it.</summary>
    public bool Triggered { get; init; }
}
