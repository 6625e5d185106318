using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Client.Transport;

namespace Muster.Client;

/// <summary>A process as it was when the gateway answered.</summary>
public sealed record ProcessSnapshot
{
    /// <summary>Its id within the namespace.</summary>
    public required string Id { get; init; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get => field ?? "default"; init; }

    /// <summary>Its state.</summary>
    public required ProcessStatus Status { get; init; }

    /// <summary>Its queue.</summary>
    public string Queue { get => field ?? "default"; init; }

    /// <summary>The name that people gave it.</summary>
    public string? Name { get; init; }

    /// <summary>The function or command.</summary>
    public string Func { get => field ?? ""; init; }

    /// <summary>The runtime that it asks for.</summary>
    public string? Runtime { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>The last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts counted against its retries.</summary>
    public int Retries { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Executor { get; init; }

    /// <summary>Why it is blocked, failed or cancelled, or why its last attempt ended.</summary>
    public string? Reason { get; init; }

    /// <summary>The parent that caused its end.</summary>
    public string? Cause { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>Values that somebody attached.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>The share done, 0 to 1; null when nobody said.</summary>
    public double? Progress { get; init; }

    /// <summary>What it is doing; null when nobody said.</summary>
    public string? ProgressText { get; init; }

    /// <summary>When the next limit fires.</summary>
    public DateTimeOffset? NextDeadline { get; init; }

    /// <summary>Since when it waits in its queue.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who submitted it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Why its stored history cannot be read; null when it can.</summary>
    [JsonConverter(typeof(LooseTextConverter))]
    public string? Damaged { get; init; }

    /// <summary>What it returned; only in the answer about a single process that succeeded with a result.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>What was submitted, as the gateway keeps it; only in the answer about a single process.</summary>
    public JsonElement? Spec { get; init; }

    /// <summary>The result as a value of yours; the default of the type when there is no result.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="json">How the JSON is read; web defaults (camelCase) when null.</param>
    /// <exception cref="JsonException">The result is not such a value.</exception>
    public TResult? ResultAs<TResult>(JsonSerializerOptions? json = null) =>
        Result is { } result ? result.Deserialize<TResult>(json ?? JsonSerializerOptions.Web) : default;
}
