namespace Muster.Client;

/// <summary>One step in the history of a process.</summary>
public sealed record Transition
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What happened (<c>Submitted</c>, <c>Assigned</c>, <c>AttemptEnded</c>, ...).</summary>
    public string Event { get => field ?? ""; init; }

    /// <summary>The state before; null for the first.</summary>
    public string? From { get; init; }

    /// <summary>The state after.</summary>
    public string? To { get; init; }

    /// <summary>Who caused it: a key, an executor, a limit.</summary>
    public string? By { get; init; }

    /// <summary>The attempt that it is about.</summary>
    public int? Attempt { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
