using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client.Transport;

// What stands on the wire and is nobody else's business: envelopes, small bodies, and what a worker says.
internal sealed record Listing<T>
{
    public IReadOnlyList<T> Items { get => field ?? []; init; }

    public string? Cursor { get; init; }
}

internal sealed record ReasonBody(string? Reason);

internal sealed record PriorityBody(int Priority);

internal sealed record QueueLimitsBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? MaxRunning,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? RatePerSecond);

internal sealed record BulkFilter(
    IReadOnlyList<ProcessStatus>? Status,
    string? Queue,
    string? Func,
    string? Name,
    string? Executor,
    IReadOnlyDictionary<string, string>? Labels,
    DateTimeOffset? CreatedAfter,
    DateTimeOffset? CreatedBefore);

internal sealed record BulkBody(BulkAction Action, BulkFilter Filter, int? Priority, string? Reason, bool? DryRun);

internal sealed record AssignBody
{
    public required string Namespace { get; init; }

    public required string Executor { get; init; }

    public IReadOnlyList<string>? Queues { get; init; }

    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<string>? Functions { get; init; }

    public IReadOnlyList<string>? Runtimes { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? Location { get; init; }

    public IReadOnlyDictionary<string, double>? Resources { get; init; }

    public required int Max { get; init; }

    public required TimeSpan Wait { get; init; }

    public required string RequestId { get; init; }
}

internal sealed record AssignReply
{
    public IReadOnlyList<Assignment> Assignments { get => field ?? []; init; }
}

internal sealed record Assignment
{
    public required string Id { get; init; }

    public string? Namespace { get; init; }

    public required int Attempt { get; init; }

    public string Queue { get => field ?? "default"; init; }

    public string? Name { get; init; }

    public string Func { get => field ?? ""; init; }

    public IReadOnlyList<JsonElement>? Args { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Kwargs { get; init; }

    public JsonElement? Input { get; init; }

    public IReadOnlyDictionary<string, string>? Env { get; init; }

    public TimeSpan? Lease { get; init; }

    public JsonElement? Checkpoint { get; init; }

    public string? Traceparent { get; init; }
}

internal sealed record WireLogLine(long Sequence, DateTimeOffset At, string Stream, string Text);

internal sealed record ProgressBody(double? Fraction, string? Message);

internal sealed record AttemptItem
{
    public required string Namespace { get; init; }

    public required string Id { get; init; }

    public required int Attempt { get; init; }

    public JsonElement? Checkpoint { get; init; }

    public IReadOnlyList<WireLogLine>? Lines { get; init; }

    public JsonElement? Result { get; init; }

    public string? Error { get; init; }

    public bool? Retryable { get; init; }

    public string? Reason { get; init; }
}

internal sealed record AttemptItems(IReadOnlyList<AttemptItem> Items);

internal sealed record AttemptAnswer
{
    public int Status { get; init; }

    public bool Cancel { get; init; }

    public bool Drain { get; init; }

    public MusterProblem? Problem { get; init; }
}

internal sealed record AttemptAnswers
{
    public IReadOnlyList<AttemptAnswer> Items { get => field ?? []; init; }
}

internal sealed record ProgressAnswer
{
    public bool Cancel { get; init; }

    public bool Drain { get; init; }
}
