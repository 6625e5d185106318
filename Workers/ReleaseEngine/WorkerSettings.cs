using System.Text.Json.Nodes;
using Muster.Workers.Shared;

namespace Muster.Workers.ReleaseEngine;

/// <summary>How a worker works, as its configuration file says it. Keys that are not listed here are the worker's own.</summary>
public sealed record WorkerSettings
{
    private const int MostAtOnce = 1_000;
    private const int LongestStopSeconds = 86_400;

    /// <summary><c>queue</c>: the queue is <c>worker.</c> and this. Null, the default: the name of the class in lower case.</summary>
    public string? Queue { get; init; }

    /// <summary><c>OUTPUT_LEVEL</c>: the least level of output lines that is sent. Default DEBUG: all.</summary>
    public OutputLevel OutputLevel { get; init; } = OutputLevel.Debug;

    /// <summary><c>parallel</c>: how many steps run at once, 1 to 1,000. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary><c>prefetch</c>: how many steps the broker hands over before one is acknowledged. Default: <see cref="Parallel"/>, so that another worker on the queue can take what this one has no hand free for.</summary>
    public int? Prefetch { get; init; }

    /// <summary>
    /// <c>acknowledge</c>: <c>received</c> (default, false), as soon as a step is taken: a worker that is killed leaves its deployment waiting. Or <c>answered</c> (true), when the broker has the last answer: what a killed worker
    /// had goes to another one, which answers <c>failed</c> and does not run it again, because nobody knows how far it was. The broker closes channels that hold a step for longer than its <c>consumer_timeout</c> (30 minutes).
    /// </summary>
    public bool AcknowledgesAnswered { get; init; }

    /// <summary><c>notify_exchange</c>: where notifications of steps go, with the key <c>notify.TRANSPORT</c>. Default <c>re</c>, as the core's go; empty is the default exchange, where only a queue of exactly that name would get them.</summary>
    public string NotifyExchange { get; init; } = Names.Exchange;

    /// <summary><c>stop_seconds</c>: how long a running step may go on when the worker is told to stop. Default 30.</summary>
    public TimeSpan StopAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>reconnect_seconds</c>: how long it waits at most before it connects again. Default 5.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The whole file, for what is the worker's own.</summary>
    public JsonObject Values { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where; <c>~</c> is the home folder.</param>
    /// <exception cref="WorkerException">It cannot be read, or a value cannot be.</exception>
    public static WorkerSettings Load(string path)
    {
        var file = SettingsFile.Read(path, "The worker configuration");
        return new WorkerSettings
        {
            Queue = file.OptionalText("queue"),
            OutputLevel = OutputLevels.Parse(file.OptionalText("OUTPUT_LEVEL") ?? "DEBUG") ?? throw file.Wrong("OUTPUT_LEVEL", $"must be one of {OutputLevels.Known}"),
            Parallel = file.Number("parallel", 1, 1, MostAtOnce),
            Prefetch = file.Values["prefetch"] is null ? null : file.Number("prefetch", 1, 1, ushort.MaxValue),
            AcknowledgesAnswered = file.Word("acknowledge", "received", "answered").Equals("answered", StringComparison.OrdinalIgnoreCase),
            NotifyExchange = file.Values["notify_exchange"] is JsonValue v && v.TryGetValue<string>(out var exchange) ? exchange : Names.Exchange,
            StopAfter = TimeSpan.FromSeconds(file.Number("stop_seconds", 30, 0, LongestStopSeconds)),
            LongestWait = TimeSpan.FromSeconds(file.Number("reconnect_seconds", 5, 1, LongestStopSeconds)),
            Values = file.Values,
        };
    }
}
