namespace Muster.Messages.Processes;

/// <summary>A line that an attempt wrote.</summary>
/// <param name="Sequence">Rises within the attempt; the same number again is stored once.</param>
/// <param name="At">When the worker wrote it.</param>
/// <param name="Stream">Where it came from: <c>stdout</c>, <c>stderr</c> or <c>log</c>.</param>
/// <param name="Text">The line, without its end.</param>
public sealed record LogLine(long Sequence, DateTimeOffset At, string Stream, string Text);
