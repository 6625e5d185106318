using System.Text.Json;

namespace Muster.Client;

/// <summary>What is submitted: one process. Everything that is null takes the default of the gateway.</summary>
public sealed record Submission
{
    /// <summary>The id of the process, 1 to 128 of <c>A-Z a-z 0-9 . _ -</c>. Without it, and without a <see cref="Key"/>, the client makes one (UUID version 7), so that a repeated submit is the same process.</summary>
    public string? Id { get; init; }

    /// <summary>An idempotency key; the id is derived from it. The same key with the same spec is the same process, with another spec it is a conflict.</summary>
    public string? Key { get; init; }

    /// <summary>The namespace; the client's when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The queue that the process waits in; <c>default</c> when null.</summary>
    public string? Queue { get; init; }

    /// <summary>A name for people; not unique.</summary>
    public string? Name { get; init; }

    /// <summary>What runs it on a node (<c>exec</c>, <c>dotnet</c>); any worker of the queue without.</summary>
    public string? Runtime { get; init; }

    /// <summary>The function or command.</summary>
    public required string Func { get; init; }

    /// <summary>Positional arguments.</summary>
    public IReadOnlyList<JsonElement>? Args { get; init; }

    /// <summary>Named arguments.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Kwargs { get; init; }

    /// <summary>The input; for <c>exec</c> it stands on the standard input.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Who may take it; anybody without.</summary>
    public Conditions? Conditions { get; init; }

    /// <summary>How long it may wait for a worker before it fails; no limit when null.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>From when <see cref="MaxWait"/> counts; since it waits when null.</summary>
    public WaitFrom? WaitFrom { get; init; }

    /// <summary>How long one attempt may run before it is taken back and counted; no limit when null.</summary>
    public TimeSpan? MaxExec { get; init; }

    /// <summary>How long an attempt may stay silent; 60 s when null, zero for workers without heartbeat.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Counted retries, so at most this many plus one attempts; -1 for no limit; 3 when null.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The delay between counted attempts; exponential from 1 s to 60 s when null.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Not started before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Failed when not final by this time.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Higher goes first; 0 when null.</summary>
    public int? Priority { get; init; }

    /// <summary>Ids of processes of the same namespace that must have succeeded before. They exist already or stand before it in the same batch.</summary>
    public IReadOnlyList<string>? After { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>How many with the same key may run at once.</summary>
    public ConcurrencyRule? Concurrency { get; init; }

    /// <summary>Exit codes of an <c>exec</c> that are not retried.</summary>
    public IReadOnlyList<int>? FinalExitCodes { get; init; }

    /// <summary>Whom to tell when it is final.</summary>
    public Webhook? Webhook { get; init; }

    /// <summary>A submission whose input is a value of yours.</summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <param name="func">The function.</param>
    /// <param name="input">The input.</param>
    /// <param name="json">How the input becomes JSON; web defaults (camelCase) when null.</param>
    public static Submission Of<TInput>(string func, TInput input, JsonSerializerOptions? json = null) => new()
    {
        Func = func,
        Input = JsonSerializer.SerializeToElement(input, json ?? JsonSerializerOptions.Web),
    };
}
