using System.Text;
using System.Text.Json;
using Muster.Client.Handlers;

namespace Muster.Client.Worker;

/// <summary>An attempt as its handler sees it.</summary>
internal sealed class AttemptContext(RunningAttempt attempt, string workingRoot, Signal beats) : IProcessContext
{
    private const int CheckpointBytes = 64 * 1024;
    private const int StreamChars = 32;
    private const int MessageChars = 1024;

    private static readonly Dictionary<string, JsonElement> NoKwargs = [];
    private static readonly Dictionary<string, string> NoEnv = [];

    private readonly Lock _lock = new();
    private string? _folder;

    public string Namespace => attempt.Key.Namespace;

    public string ProcessId => attempt.Key.Id;

    public int Attempt => attempt.Key.Attempt;

    public string Func => attempt.Assignment.Func;

    public IReadOnlyList<JsonElement> Args => attempt.Assignment.Args ?? [];

    public IReadOnlyDictionary<string, JsonElement> Kwargs => attempt.Assignment.Kwargs ?? NoKwargs;

    public JsonElement? Input => attempt.Assignment.Input;

    public IReadOnlyDictionary<string, string> Env => attempt.Assignment.Env ?? NoEnv;

    public JsonElement? Checkpoint => attempt.Assignment.Checkpoint;

    public string? TraceParent => attempt.Assignment.Traceparent;

    public CancellationToken Cancelled => attempt.Cancelled;

    // Made when it is asked for: most handlers never do, and a folder costs more than they do.
    public string WorkingFolder
    {
        get
        {
            lock (_lock)
            {
                if (_folder is null)
                {
                    var folder = Path.Combine(workingRoot, $"{Namespace}+{ProcessId}+{Attempt}");
                    Delete(folder);
                    Directory.CreateDirectory(folder);
                    _folder = folder;
                }

                return _folder;
            }
        }
    }

    public void Log(string text, string stream = "log")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stream.Length, StreamChars, nameof(stream));
        attempt.Report.Log(text, stream);
    }

    public void Progress(double? fraction, string? message = null)
    {
        if (fraction is < 0 or > 1 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share done is 0 to 1.");
        }

        attempt.Report.Progress(fraction, message is { Length: > MessageChars } ? message[..MessageChars] : message);
    }

    public Task CheckpointAsync(JsonElement checkpoint)
    {
        if (Encoding.UTF8.GetByteCount(checkpoint.GetRawText()) is var size and > CheckpointBytes)
        {
            throw new ArgumentException($"A checkpoint has at most {CheckpointBytes} bytes; this one has {size}.", nameof(checkpoint));
        }

        var taken = attempt.CheckpointAsync(checkpoint.Clone());
        beats.Raise();
        return taken;
    }

    /// <summary>Removes the working folder.</summary>
    public void RemoveFolder()
    {
        lock (_lock)
        {
            if (_folder is not null)
            {
                Delete(_folder);
            }
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
