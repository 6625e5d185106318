using System.Collections.Immutable;

namespace Muster.Messages.Schedules;

/// <summary>How far a schedule is. Every event carries what came out of it, so that its row needs nothing else.</summary>
public sealed record ScheduleProgress
{
    /// <summary>Whether nothing is fired.</summary>
    public bool Paused { get; init; }

    /// <summary>The next slot; null when none comes any more.</summary>
    public DateTimeOffset? NextSlot { get; init; }

    /// <summary>When the next slot runs: the slot and its jitter.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Runs that wait to be submitted, the oldest first.</summary>
    public ImmutableArray<ScheduledRun> Queue { get; init; } = [];

    /// <summary>When work was submitted last.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The slot of the work that was submitted last.</summary>
    public DateTimeOffset? LastSlot { get; init; }

    /// <summary>The work that was submitted last.</summary>
    public string? LastWork { get; init; }

    /// <summary>How many runs were submitted.</summary>
    public long Fired { get; init; }

    /// <summary>How many slots did not run because the work of the one before was not final.</summary>
    public long Skipped { get; init; }

    /// <summary>How many slots did not run because their time had passed; of a very long absence it is a lower bound.</summary>
    public long Missed { get; init; }

    /// <summary>How many runs were refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Why the last run was refused; null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>When the schedule acts next by itself; null when never. A run that waits is looked after all the time.</summary>
    public DateTimeOffset? WakeAt() => Runs ? Queue[0].Slot : Paused ? null : NextAt;

    // What somebody triggers runs in a pause too.
    private bool Runs => !Queue.IsEmpty && (!Paused || Queue[0].Triggered);
}
