using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Feeds;

/// <summary>Which transitions a subscriber hears of; what is null does not matter.</summary>
public sealed record TransitionFilter
{
    /// <summary>Those of one process.</summary>
    public ProcessId? Process { get; init; }

    /// <summary>Those of one namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Those of one queue; with <see cref="Namespace"/>, for queues of the same name belong to several.</summary>
    public string? Queue { get; init; }

    /// <summary>Those that bring a process into this state from another; something that happens within a state is left out.</summary>
    public ProcessStatus? Entering { get; init; }

    /// <summary>Whether it is one of them. An event that cannot be read is none of a queue and none of a state.</summary>
    public bool Matches(HistoryRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (Process is not { } process || process == row.Process)
            && (Namespace is null || Namespace == row.Process.Namespace)
            && (Queue is null || Queue == row.Event?.Queue)
            && (Entering is not { } status || (row.Event is { } e && e.To == status && e.From != status));
    }
}
