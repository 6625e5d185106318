using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>What was submitted. It never changes.</summary>
public sealed record ProcessSpec
{
    /// <summary>The queue that the process waits in.</summary>
    public required string Queue { get; init; }

    /// <summary>A name for people; not unique.</summary>
    public string? Name { get; init; }

    /// <summary>What runs it on a node (<c>exec</c>, <c>dotnet</c>); any worker of the queue without.</summary>
    public string? Runtime { get; init; }

    /// <summary>The function or command.</summary>
    public string Func { get; init; } = "";

    /// <summary>Positional arguments.</summary>
    public ImmutableArray<JsonElement> Args { get; init; } = [];

    /// <summary>Named arguments.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Kwargs { get; init; } = ImmutableSortedDictionary<string, JsonElement>.Empty;

    /// <summary>The input; for <c>exec</c> it stands on the standard input.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Who may take it.</summary>
    public Conditions Conditions { get; init; } = new();

    /// <summary>Time and retry limits.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>Higher goes first; default 0.</summary>
    public int Priority { get; init; }

    /// <summary>Ids of the processes of the same namespace that must have succeeded before.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>The workflow that it is a node of; none when absent.</summary>
    public string? Workflow { get; init; }

    /// <summary>By how many seconds it stands ahead of its submission in the queue, or behind it when negative, in every attempt; without, it stands where it began to wait. Limits do not see it.</summary>
    public double? HeadStart { get; init; }

    /// <summary>Names and values to find it by.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How many with the same key may run at once.</summary>
    public ConcurrencyRule? Concurrency { get; init; }

    /// <summary>Exit codes of an <c>exec</c> that are not retried.</summary>
    public ImmutableArray<int> FinalExitCodes { get; init; } = [];

    /// <summary>Whom to tell when it is final.</summary>
    public Webhook? Webhook { get; init; }

    /// <summary>The channels by which its submitter and its worker talk while it is not final; none without, at most 100.</summary>
    [JsonIgnore]
    public ImmutableArray<string> Channels { get; init; } = [];

    // Left out when there are none: a spec from before there were channels has the same form, and so the same fingerprint.
    [JsonInclude]
    [JsonPropertyName("channels")]
    internal ImmutableArray<string>? ChannelsIfAny
    {
        get => Channels.IsEmpty ? null : Channels;
        init => Channels = value ?? [];
    }

    /// <summary>What a dialect keeps for its own clients; the engine does not look into it.</summary>
    public JsonElement? Extra { get; init; }

    /// <summary>The W3C trace context of who submitted it, handed on to the worker.</summary>
    public string? TraceParent { get; init; }
}
