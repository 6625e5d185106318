using System.Text.Json;

namespace Muster.Runtime;

/// <summary>What the work of an attempt says while it runs. Safe for many threads; after the end of the attempt it does nothing.</summary>
public interface IRunChannel
{
    /// <summary>Writes a log line. Lines longer than 16 KiB are split. Never waits: when far more was written than the store takes, lines are left out and a line says how many.</summary>
    /// <param name="text">The line, without its end.</param>
    /// <param name="stream">Where it comes from: <c>stdout</c>, <c>stderr</c> or <c>log</c>.</param>
    void Log(string text, string stream);

    /// <summary>Ends when there is room for more log lines; who waits for it before each portion loses none.</summary>
    ValueTask WhenRoomAsync(CancellationToken cancelled);

    /// <summary>Says how far the attempt is.</summary>
    /// <param name="fraction">The share done, 0 to 1; null keeps the last.</param>
    /// <param name="message">What it is doing; null keeps the last.</param>
    void Progress(double? fraction, string? message);

    /// <summary>Leaves something for the next attempt. Durable when the task ends.</summary>
    /// <param name="checkpoint">At most 64 KiB of JSON.</param>
    /// <exception cref="ArgumentException">It is larger.</exception>
    /// <exception cref="OperationCanceledException">The attempt is over.</exception>
    Task CheckpointAsync(JsonElement checkpoint);
}
