namespace Muster.Persistence.ReadModel;

/// <summary>Which log lines of a namespace; everything absent matches all. Without a process only lines that an executor wrote as messages of its own match.</summary>
public sealed record MessageFilter
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The process that they are of.</summary>
    public string? Process { get; init; }

    /// <summary>Who wrote them.</summary>
    public string? Executor { get; init; }

    /// <summary>A part of their text, as it is written.</summary>
    public string? Text { get; init; }

    /// <summary>Only those after this time, in nanoseconds since 1970.</summary>
    public long? After { get; init; }

    /// <summary>Whether the last ones are wanted; default the first ones.</summary>
    public bool Last { get; init; }

    /// <summary>How many at the most.</summary>
    public required int Limit { get; init; }
}
