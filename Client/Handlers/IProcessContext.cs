using System.Text.Json;

namespace Muster.Client.Handlers;

/// <summary>What a handler knows of the attempt that it runs, and how it speaks to the cluster meanwhile.</summary>
public interface IProcessContext
{
    /// <summary>The namespace of the process.</summary>
    string Namespace { get; }

    /// <summary>The id of the process within its namespace.</summary>
    string ProcessId { get; }

    /// <summary>The number of the attempt, from 1.</summary>
    int Attempt { get; }

    /// <summary>The function that was asked for.</summary>
    string Func { get; }

    /// <summary>Positional arguments.</summary>
    IReadOnlyList<JsonElement> Args { get; }

    /// <summary>Named arguments.</summary>
    IReadOnlyDictionary<string, JsonElement> Kwargs { get; }

    /// <summary>The input; null when there is none.</summary>
    JsonElement? Input { get; }

    /// <summary>Environment variables of the spec.</summary>
    IReadOnlyDictionary<string, string> Env { get; }

    /// <summary>What the attempt before left for this one; null when nothing.</summary>
    JsonElement? Checkpoint { get; }

    /// <summary>The W3C trace context of who submitted the process; null when unknown.</summary>
    string? TraceParent { get; }

    /// <summary>A folder of this attempt's own, empty at its start and removed after it.</summary>
    string WorkingFolder { get; }

    /// <summary>Ends when the process is cancelled, the attempt is lost, or the worker stops; the handler should return then.</summary>
    CancellationToken Cancelled { get; }

    /// <summary>Writes a log line.</summary>
    void Log(string text, string stream = "log");

    /// <summary>Says how far the attempt is.</summary>
    /// <param name="fraction">The share done, 0 to 1; null keeps the last.</param>
    /// <param name="message">What it is doing; null keeps the last.</param>
    void Progress(double? fraction, string? message = null);

    /// <summary>Leaves something for the next attempt, should this one be lost; at most 64 KiB. Durable when the task ends.</summary>
    Task CheckpointAsync(JsonElement checkpoint);
}
