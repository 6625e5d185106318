using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Runtime;

namespace Muster.Tests.Runtime;

/// <summary>Keeps what the work says.</summary>
internal sealed class FakeChannel : IRunChannel
{
    private readonly ConcurrentQueue<(string Stream, string Text)> _lines = new();
    private readonly ConcurrentQueue<(double? Fraction, string? Message)> _progress = new();

    public IReadOnlyList<(string Stream, string Text)> Lines => [.. _lines];

    public IReadOnlyList<(double? Fraction, string? Message)> Progresses => [.. _progress];

    public ConcurrentQueue<JsonElement> Checkpoints { get; } = new();

    /// <summary>What a writer that waits for room waits for.</summary>
    public Task Room { get; set; } = Task.CompletedTask;

    public void Log(string text, string stream) => _lines.Enqueue((stream, text));

    public ValueTask WhenRoomAsync(CancellationToken cancelled) => new(Room.WaitAsync(cancelled));

    public void Progress(double? fraction, string? message) => _progress.Enqueue((fraction, message));

    public Task CheckpointAsync(JsonElement checkpoint)
    {
        Checkpoints.Enqueue(checkpoint);
        return Task.CompletedTask;
    }
}
