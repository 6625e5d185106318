using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages.Processes;

namespace Muster.Gateway.Native.Wire;

/// <summary>A process as it is submitted. Durations are seconds or text like "250ms", "10m".</summary>
public sealed record SubmitWire : SpecWire
{
    /// <summary>The id; made by the server when absent.</summary>
    public string? Id { get; init; }

    /// <summary>An idempotency key: the id is derived from it, so that the same key is the same process.</summary>
    public string? Key { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Ids of processes that must have succeeded before.</summary>
    public ImmutableArray<string>? After { get; init; }
}

/// <summary>What to run, and how.</summary>
public abstract record SpecWire
{
    /// <summary>The queue; default "default".</summary>
    public string? Queue { get; init; }

    /// <summary>What runs it on a node: exec, dotnet; any worker of the queue when absent.</summary>
    public string? Runtime { get; init; }

    /// <summary>The function or command.</summary>
    public string? Func { get; init; }

    /// <summary>Positional arguments.</summary>
    public ImmutableArray<JsonElement>? Args { get; init; }

    /// <summary>Named arguments.</summary>
    public ImmutableSortedDictionary<string, JsonElement>? Kwargs { get; init; }

    /// <summary>The input.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string>? Env { get; init; }

    /// <summary>Who may take it.</summary>
    public ConditionsWire? Conditions { get; init; }

    /// <summary>How long it may wait for a worker.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>From when maxWait counts.</summary>
    public WaitFrom? WaitFrom { get; init; }

    /// <summary>How long one attempt may run.</summary>
    public TimeSpan? MaxExec { get; init; }

    /// <summary>How long an attempt may stay silent; 0 for workers without heartbeats; default 60 s.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Counted retries; -1 for no limit; default 3.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The delay between counted attempts.</summary>
    public RetryWire? Retry { get; init; }

    /// <summary>Not started before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Failed when not final by this time.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Higher goes first; default 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>How many with the same key may run at once.</summary>
    public ConcurrencyWire? Concurrency { get; init; }

    /// <summary>Exit codes of an exec that are not retried.</summary>
    public ImmutableArray<int>? FinalExitCodes { get; init; }

    /// <summary>Channels by which its submitter and its worker talk while it is not final.</summary>
    public ImmutableArray<string>? Channels { get; init; }

    /// <summary>Whom to tell when it is final.</summary>
    public WebhookWire? Webhook { get; init; }
}

/// <summary>Who may take a process.</summary>
public sealed record ConditionsWire
{
    /// <summary>Executor types, any of which will do.</summary>
    public ImmutableArray<string>? Types { get; init; }

    /// <summary>Executor ids, any of which will do.</summary>
    public ImmutableArray<string>? Executors { get; init; }

    /// <summary>Labels that the executor must carry.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Where the executor must be.</summary>
    public string? Location { get; init; }

    /// <summary>Amounts that the executor must have at least.</summary>
    public ImmutableSortedDictionary<string, double>? Resources { get; init; }
}

/// <summary>The delay between counted attempts.</summary>
public sealed record RetryWire
{
    /// <summary>How it grows; default exponential.</summary>
    public RetryKind? Kind { get; init; }

    /// <summary>The first delay; default 1 s.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The longest delay; default 60 s.</summary>
    public TimeSpan? Cap { get; init; }

    /// <summary>The share that chance may take away, 0 to 1; default 0.</summary>
    public double? Jitter { get; init; }
}

/// <summary>A concurrency key.</summary>
public sealed record ConcurrencyWire
{
    /// <summary>The key.</summary>
    public string? Key { get; init; }

    /// <summary>How many may run at once; default 1.</summary>
    public int? Max { get; init; }

    /// <summary>What happens when it is taken; default queue.</summary>
    public ConflictPolicy? OnConflict { get; init; }
}

/// <summary>Whom to tell.</summary>
public sealed record WebhookWire
{
    /// <summary>The address.</summary>
    public string? Url { get; init; }

    /// <summary>The key of the signature.</summary>
    public string? Secret { get; init; }
}
