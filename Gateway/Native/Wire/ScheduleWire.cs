using System.Collections.Immutable;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native.Wire;

/// <summary>A schedule as it is put. Durations are seconds or text like "250ms", "10m".</summary>
public sealed record SchedulePutWire
{
    /// <summary>The id; made by the server when absent.</summary>
    public string? Id { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>A cron expression of 5 or 6 fields, after an optional TZ=zone or CRON_TZ=zone.</summary>
    public string? Cron { get; init; }

    /// <summary>The IANA name of the zone of the expression; default UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>A fixed period, instead of an expression; at least 1 s.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Each slot runs later by a time of its own, up to this; default 0.</summary>
    public TimeSpan? Jitter { get; init; }

    /// <summary>No slot before this time; a period counts from here.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>No slot at or after this time.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>What happens to a slot while the work of the one before is not final: skip, queue or allow; default skip.</summary>
    public OverlapPolicy? Overlap { get; init; }

    /// <summary>How many slots wait at the most under queue; default 1.</summary>
    public int? MaxQueued { get; init; }

    /// <summary>What happens to slots that passed while nothing could run them: none, last or all; default last.</summary>
    public MissedPolicy? Missed { get; init; }

    /// <summary>How many slots run late at the most under all; default 100.</summary>
    public int? MissedLimit { get; init; }

    /// <summary>Whether the outputs of the work before are the input of the next; default false.</summary>
    public bool? PassPrevious { get; init; }

    /// <summary>The process that is run, without id, key, namespace, after, notBefore and deadline.</summary>
    public SubmitWire? Process { get; init; }

    /// <summary>The workflow that is run instead; the same is absent in it and in its nodes.</summary>
    public SubmitWorkflowWire? Workflow { get; init; }
}

/// <summary>A schedule.</summary>
public sealed record ScheduleWire
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>The cron expression.</summary>
    public string? Cron { get; init; }

    /// <summary>The zone of the expression.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The period.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Each slot runs later by a time of its own, up to this.</summary>
    public TimeSpan? Jitter { get; init; }

    /// <summary>No slot before this time.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>No slot at or after this time.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>What happens to a slot while the work of the one before is not final.</summary>
    public OverlapPolicy Overlap { get; init; }

    /// <summary>How many slots wait at the most.</summary>
    public int MaxQueued { get; init; }

    /// <summary>What happens to slots that passed while nothing could run them.</summary>
    public MissedPolicy Missed { get; init; }

    /// <summary>How many slots run late at the most.</summary>
    public int MissedLimit { get; init; }

    /// <summary>Whether the outputs of the work before are the input of the next.</summary>
    public bool PassPrevious { get; init; }

    /// <summary>The process that is run.</summary>
    public ProcessSpec? Process { get; init; }

    /// <summary>The workflow that is run instead.</summary>
    public WorkflowSpec? Workflow { get; init; }

    /// <summary>Whether nothing is fired.</summary>
    public bool Paused { get; init; }

    /// <summary>When the next slot runs.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>When the next slots run; of one schedule only.</summary>
    public ImmutableArray<DateTimeOffset>? Next { get; init; }

    /// <summary>How many runs wait for the work before them.</summary>
    public int Queued { get; init; }

    /// <summary>When work was submitted last.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The id of the work that was submitted last.</summary>
    public string? LastWork { get; init; }

    /// <summary>How many runs were submitted.</summary>
    public long Fired { get; init; }

    /// <summary>How many slots did not run because the work before was not final.</summary>
    public long Skipped { get; init; }

    /// <summary>How many slots did not run because their time had passed.</summary>
    public long MissedSlots { get; init; }

    /// <summary>How many runs were refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Why the last run was refused.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it, or replaced it last; its work is submitted in this name.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The wire form of a row.</summary>
    public static ScheduleWire Of(ScheduleRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (spec, progress) = (row.Spec, row.Progress);
        return new ScheduleWire
        {
            Id = row.Id.Id,
            Namespace = row.Id.Namespace,
            Cron = spec.Cron,
            TimeZone = spec.TimeZone,
            Every = spec.Every,
            Jitter = spec.Jitter == TimeSpan.Zero ? null : spec.Jitter,
            Start = spec.Start,
            End = spec.End,
            Overlap = spec.Overlap,
            MaxQueued = spec.MaxQueued,
            Missed = spec.Missed,
            MissedLimit = spec.MissedLimit,
            PassPrevious = spec.PassPrevious,
            Process = Templates.Shown(spec.Work.Process),
            Workflow = Templates.Shown(spec.Work.Workflow),
            Paused = progress.Paused,
            NextAt = progress.NextAt,
            Queued = progress.Queue.Length,
            LastAt = progress.LastAt,
            LastWork = progress.LastWork,
            Fired = progress.Fired,
            Skipped = progress.Skipped,
            MissedSlots = progress.Missed,
            Rejected = progress.Rejected,
            Reason = progress.Reason,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
            UpdatedAt = row.UpdatedAt,
        };
    }
}

/// <summary>Schedules.</summary>
/// <param name="Items">The schedules, by id.</param>
/// <param name="Cursor">Where the next page begins; null on the last.</param>
public sealed record SchedulePageWire(ImmutableArray<ScheduleWire> Items, string? Cursor);

/// <summary>What a trigger has begun.</summary>
/// <param name="Id">The id of the work.</param>
/// <param name="Queued">Whether it waits for the work before it.</param>
public sealed record TriggeredWire(string Id, bool Queued);
