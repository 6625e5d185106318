using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native.Wire;

/// <summary>A process as the API shows it. What is absent is not set.</summary>
public sealed record ProcessWire
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>The state.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The workflow that it is a node of; then its name is that of the node.</summary>
    public string? Workflow { get; init; }

    /// <summary>The function or command.</summary>
    public required string Func { get; init; }

    /// <summary>The runtime that it asks for.</summary>
    public string? Runtime { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>The last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts counted against maxRetries.</summary>
    public int Retries { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Executor { get; init; }

    /// <summary>Why it failed, was cancelled, or why its last attempt ended.</summary>
    public string? Reason { get; init; }

    /// <summary>The parent that caused its end.</summary>
    public string? Cause { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Values that somebody attached.</summary>
    public ImmutableSortedDictionary<string, string>? Attributes { get; init; }

    /// <summary>The share done, 0 to 1.</summary>
    public double? Progress { get; init; }

    /// <summary>What it is doing.</summary>
    public string? ProgressText { get; init; }

    /// <summary>Why its history cannot be read.</summary>
    public string? Damaged { get; init; }

    /// <summary>When it acts next by itself.</summary>
    public DateTimeOffset? NextDeadline { get; init; }

    /// <summary>When its present wait began.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who submitted it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What it returned.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>What was submitted.</summary>
    public ProcessSpec? Spec { get; init; }

    /// <summary>The wire form of a row.</summary>
    public static ProcessWire Of(ProcessRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new ProcessWire
        {
            Id = row.Id.Id,
            Namespace = row.Id.Namespace,
            Status = row.Status,
            Queue = row.Queue,
            Name = row.Name,
            Workflow = row.Workflow,
            Func = row.Func,
            Runtime = row.Runtime,
            Priority = row.Priority,
            Attempt = row.Attempt,
            Retries = row.Counted,
            Executor = row.Executor,
            Reason = row.Reason,
            Cause = row.Cause,
            Labels = row.Labels,
            Attributes = row.Attributes is { IsEmpty: false } attributes ? attributes : null,
            Progress = row.Progress,
            ProgressText = row.ProgressText,
            Damaged = row.Damaged,
            NextDeadline = row.NextDeadline,
            WaitingSince = row.WaitingSince,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
            StartedAt = row.StartedAt,
            FinishedAt = row.FinishedAt,
            UpdatedAt = row.UpdatedAt,
        };
    }
}

/// <summary>A page of processes.</summary>
/// <param name="Items">The processes, the newest first.</param>
/// <param name="Cursor">Hand it in for the next page; absent on the last.</param>
public sealed record ProcessPageWire(IReadOnlyList<ProcessWire> Items, string? Cursor);

/// <summary>What became of one item of a batch.</summary>
public sealed record BatchItemWire
{
    /// <summary>The status, as the call for one would have it.</summary>
    public required int Status { get; init; }

    /// <summary>The id.</summary>
    public string? Id { get; init; }

    /// <summary>Whether the worker should stop: the process was cancelled.</summary>
    public bool? Cancel { get; init; }

    /// <summary>When the attempt is taken back for silence.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Why it was refused.</summary>
    public Microsoft.AspNetCore.Mvc.ProblemDetails? Problem { get; init; }
}

/// <summary>What became of a batch, item by item, in the same order.</summary>
/// <param name="Items">The items.</param>
public sealed record BatchWire(IReadOnlyList<BatchItemWire> Items);

/// <summary>A transition.</summary>
public sealed record HistoryItemWire
{
    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What happened.</summary>
    public required string Event { get; init; }

    /// <summary>The state before.</summary>
    public ProcessStatus? From { get; init; }

    /// <summary>The state after.</summary>
    public ProcessStatus? To { get; init; }

    /// <summary>Who caused it; the process itself when absent.</summary>
    public string? By { get; init; }

    /// <summary>The attempt that it is about.</summary>
    public int? Attempt { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>The transitions of a process.</summary>
/// <param name="Items">The transitions, in order.</param>
public sealed record HistoryWire(IReadOnlyList<HistoryItemWire> Items);

/// <summary>A transition of any process, as the event stream shows it.</summary>
/// <param name="Namespace">The tenant.</param>
/// <param name="Id">The process.</param>
/// <param name="Transition">What happened.</param>
public sealed record EventWire(string Namespace, string Id, HistoryItemWire Transition);

/// <summary>A log line.</summary>
public sealed record LogLineWire(int Attempt, long Sequence, DateTimeOffset At, string Stream, string Text);

/// <summary>Log lines of a process.</summary>
/// <param name="Items">The lines, in order.</param>
/// <param name="Cursor">Hand it in as <c>after</c> for the lines behind these.</param>
public sealed record LogPageWire(IReadOnlyList<LogLineWire> Items, string? Cursor);

/// <summary>A file of a process.</summary>
public sealed record FileWire(string Name, long Size, string Sha256, string MediaType, DateTimeOffset CreatedAt);

/// <summary>The files of a process.</summary>
public sealed record FileListWire(IReadOnlyList<FileWire> Items);
