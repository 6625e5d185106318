using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Messages.Processes;

namespace Muster.Gateway.Native.Wire;

/// <summary>Why something is asked.</summary>
public sealed record ReasonWire
{
    /// <summary>The reason, kept in the history.</summary>
    public string? Reason { get; init; }
}

/// <summary>A new priority.</summary>
public sealed record PriorityWire
{
    /// <summary>Higher goes first.</summary>
    public int? Priority { get; init; }
}

/// <summary>Which processes a bulk call is for.</summary>
public sealed record BulkFilterWire
{
    /// <summary>Any of these states.</summary>
    public ImmutableArray<ProcessStatus>? Status { get; init; }

    /// <summary>The queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The function.</summary>
    public string? Func { get; init; }

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The executor of the last attempt.</summary>
    public string? Executor { get; init; }

    /// <summary>All of these labels.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Submitted at or after.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Submitted before.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}

/// <summary>Control many processes at once.</summary>
public sealed record BulkWire
{
    /// <summary>What to do: cancel, retry or priority.</summary>
    public string? Action { get; init; }

    /// <summary>With which processes.</summary>
    public BulkFilterWire? Filter { get; init; }

    /// <summary>The priority, for that action.</summary>
    public int? Priority { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Only count.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a bulk call did.</summary>
/// <param name="Matched">How many processes the filter matched.</param>
/// <param name="Changed">How many were changed; absent when only counted.</param>
/// <param name="Refused">How many refused; absent when only counted.</param>
public sealed record BulkResultWire(long Matched, long? Changed, long? Refused);

/// <summary>A question for work.</summary>
public sealed record AssignWire
{
    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>Who asks.</summary>
    public string? Executor { get; init; }

    /// <summary>The queues to serve; the types when absent.</summary>
    public ImmutableArray<string>? Queues { get; init; }

    /// <summary>The types that the executor belongs to.</summary>
    public ImmutableArray<string>? Types { get; init; }

    /// <summary>The functions that it offers; any when absent.</summary>
    public ImmutableArray<string>? Functions { get; init; }

    /// <summary>The runtimes that it has.</summary>
    public ImmutableArray<string>? Runtimes { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>What it has.</summary>
    public ImmutableSortedDictionary<string, double>? Resources { get; init; }

    /// <summary>How many at the most; default 1, at most 1,000.</summary>
    public int? Max { get; init; }

    /// <summary>How long to wait when there is none; default 30 s, at most 5 min.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Chosen by the caller; the same again gets the same attempts.</summary>
    public string? RequestId { get; init; }
}

/// <summary>A process that an executor is to run.</summary>
public sealed record AssignmentWire
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>The number of the attempt; the fencing token.</summary>
    public required int Attempt { get; init; }

    /// <summary>The queue.</summary>
    public required string Queue { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>The function or command.</summary>
    public required string Func { get; init; }

    /// <summary>The runtime that it asks for.</summary>
    public string? Runtime { get; init; }

    /// <summary>Positional arguments.</summary>
    public ImmutableArray<JsonElement> Args { get; init; } = [];

    /// <summary>Named arguments.</summary>
    public ImmutableSortedDictionary<string, JsonElement>? Kwargs { get; init; }

    /// <summary>The input.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string>? Env { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>How long the attempt may stay silent; absent when it need not heartbeat.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>When it is taken back for silence.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When it is taken back for its duration.</summary>
    public DateTimeOffset? ExecUntil { get; init; }

    /// <summary>What the attempt before left.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>The trace context of who submitted it, named like the header that carries it.</summary>
    [JsonPropertyName("traceparent")]
    public string? TraceParent { get; init; }

    /// <summary>Exit codes that are not retried.</summary>
    public ImmutableArray<int>? FinalExitCodes { get; init; }

    /// <summary>The channels by which the worker and the submitter can talk.</summary>
    public ImmutableArray<string>? Channels { get; init; }
}

/// <summary>The assignments of a question for work; empty when none came in time.</summary>
/// <param name="Assignments">The assignments.</param>
public sealed record AssignmentsWire(IReadOnlyList<AssignmentWire> Assignments);

/// <summary>What a worker says of an attempt; each call uses the fields that belong to it.</summary>
public sealed record AttemptWire
{
    /// <summary>The tenant; for batches.</summary>
    public string? Namespace { get; init; }

    /// <summary>The process; for batches.</summary>
    public string? Id { get; init; }

    /// <summary>The attempt; for batches.</summary>
    public int? Attempt { get; init; }

    /// <summary>heartbeat: what the next attempt should know.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>progress: the share done.</summary>
    public double? Fraction { get; init; }

    /// <summary>progress: what it is doing.</summary>
    public string? Message { get; init; }

    /// <summary>logs: the lines.</summary>
    public ImmutableArray<LogWire>? Lines { get; init; }

    /// <summary>complete: what it returned.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>fail: what went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>fail: whether trying again may help; default true.</summary>
    public bool? Retryable { get; init; }

    /// <summary>release: why.</summary>
    public string? Reason { get; init; }
}

/// <summary>A log line of an attempt.</summary>
public sealed record LogWire
{
    /// <summary>Rises within the attempt; the same number again is stored once.</summary>
    public long? Sequence { get; init; }

    /// <summary>When it was written; now when absent.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Where it came from; default log.</summary>
    public string? Stream { get; init; }

    /// <summary>The line.</summary>
    public string? Text { get; init; }
}

/// <summary>Many at once.</summary>
public sealed record AttemptBatchWire
{
    /// <summary>What is said of each attempt.</summary>
    public ImmutableArray<AttemptWire>? Items { get; init; }
}

/// <summary>The answer to what a worker says.</summary>
/// <param name="Status">The state of the process.</param>
/// <param name="Cancel">Whether the worker should stop: the process was cancelled.</param>
/// <param name="LeaseUntil">When the attempt is taken back for silence.</param>
/// <param name="Drain">Whether the worker should ask elsewhere: this gateway is stopping.</param>
public sealed record AttemptReplyWire(ProcessStatus Status, bool Cancel, DateTimeOffset? LeaseUntil, bool Drain);

/// <summary>An executor as it registers and as the API shows it.</summary>
public sealed record ExecutorWire
{
    /// <summary>The id.</summary>
    public string? Id { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>The types that it belongs to.</summary>
    public ImmutableArray<string>? Types { get; init; }

    /// <summary>The functions that it offers.</summary>
    public ImmutableArray<string>? Functions { get; init; }

    /// <summary>The runtimes that it has.</summary>
    public ImmutableArray<string>? Runtimes { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>What it has.</summary>
    public ImmutableSortedDictionary<string, double>? Resources { get; init; }

    /// <summary>When it registered.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When it was seen last, to the minute.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>The registered executors.</summary>
public sealed record ExecutorListWire(IReadOnlyList<ExecutorWire> Items);

/// <summary>The settings of a queue as they are put.</summary>
public sealed record QueueSettingsWire
{
    /// <summary>How many may run at once; no limit when absent.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many may start in a second; no limit when absent.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Whether nothing starts; unchanged when absent.</summary>
    public bool? Paused { get; init; }
}

/// <summary>A queue.</summary>
public sealed record QueueWire
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>How many may run at once.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many may start in a second.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Whether nothing starts.</summary>
    public bool Paused { get; init; }

    /// <summary>How many processes are in which state.</summary>
    public required SortedDictionary<string, long> Counts { get; init; }
}

/// <summary>The queues.</summary>
public sealed record QueueListWire(IReadOnlyList<QueueWire> Items);
