namespace Muster.Client;

/// <summary>A line that an attempt wrote.</summary>
public sealed record ProcessLogLine
{
    /// <summary>The attempt that wrote it.</summary>
    public int Attempt { get; init; }

    /// <summary>Its place within the attempt; rises.</summary>
    public long Sequence { get; init; }

    /// <summary>When the worker wrote it.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Where it came from: <c>stdout</c>, <c>stderr</c> or <c>log</c>.</summary>
    public string Stream { get => field ?? "log"; init; }

    /// <summary>The line, without its end.</summary>
    public string Text { get => field ?? ""; init; }
}
