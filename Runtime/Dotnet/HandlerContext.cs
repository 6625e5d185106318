using System.Text.Json;
using Muster.Client.Handlers;

namespace Muster.Runtime.Dotnet;

/// <summary>What a handler sees of its attempt.</summary>
internal sealed class HandlerContext(RunRequest request, IRunChannel channel, CancellationToken cancelled) : IProcessContext
{
    private volatile bool _abandoned;

    public string Namespace => request.Process.Namespace;

    public string ProcessId => request.Process.Id;

    public int Attempt => request.Attempt;

    public string Func => request.Spec.Func;

    public IReadOnlyList<JsonElement> Args => request.Spec.Args;

    public IReadOnlyDictionary<string, JsonElement> Kwargs => request.Spec.Kwargs;

    public JsonElement? Input => request.Spec.Input;

    public IReadOnlyDictionary<string, string> Env => request.Spec.Env;

    public JsonElement? Checkpoint => request.Checkpoint;

    public string? TraceParent => request.Spec.TraceParent;

    public string WorkingFolder => request.Folder.Path;

    public CancellationToken Cancelled => cancelled;

    public void Log(string text, string stream = "log")
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_abandoned)
        {
            return;
        }

        foreach (var line in text.Split('\n'))
        {
            channel.Log(line.TrimEnd('\r'), stream);
        }
    }

    public void Progress(double? fraction, string? message = null)
    {
        if (!_abandoned)
        {
            channel.Progress(fraction, message);
        }
    }

    public Task CheckpointAsync(JsonElement checkpoint) =>
        _abandoned ? Task.FromCanceled(cancelled) : channel.CheckpointAsync(checkpoint);

    /// <summary>The handler did not return in time; what it still says is not heard.</summary>
    public void Abandon() => _abandoned = true;
}
