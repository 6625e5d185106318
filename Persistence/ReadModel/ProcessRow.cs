using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Persistence.ReadModel;

/// <summary>A process as its row in the read model shows it: exact from the moment a command is acknowledged.</summary>
public sealed record ProcessRow
{
    /// <summary>Rises with every process; lists are ordered by it.</summary>
    public required long Seq { get; init; }

    /// <summary>The identity.</summary>
    public required ProcessId Id { get; init; }

    /// <summary>The state.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The lane within the queue.</summary>
    public required string Lane { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The workflow that it is a node of; then its name is that of the node.</summary>
    public string? Workflow { get; init; }

    /// <summary>The function or command.</summary>
    public required string Func { get; init; }

    /// <summary>The runtime that it asks for.</summary>
    public string? Runtime { get; init; }

    /// <summary>The last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts counted against max retries in this series.</summary>
    public int Counted { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Executor { get; init; }

    /// <summary>Why it is blocked, failed or cancelled, or why its last attempt ended.</summary>
    public string? Reason { get; init; }

    /// <summary>What made it fail for good; null unless it did.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>The parent that caused its end.</summary>
    public string? Cause { get; init; }

    /// <summary>Whether it names parents.</summary>
    public bool HasParents { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Values that somebody attached.</summary>
    public ImmutableSortedDictionary<string, string>? Attributes { get; init; }

    /// <summary>The share done, 0 to 1, as the attempt said last.</summary>
    public double? Progress { get; init; }

    /// <summary>What the attempt said it is doing.</summary>
    public string? ProgressText { get; init; }

    /// <summary>Why its history cannot be read; null when it can.</summary>
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

    /// <summary>When its row changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The journal row of its result; null when it has none.</summary>
    public long? ResultNr { get; init; }
}
