using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>Lanes that the same executors can take: their requirements are equal but for the concurrency key.</summary>
internal sealed class QueueLaneKind(string name, Requirements requirements)
{
    private static readonly Comparer<QueueLane> ByHead = Comparer<QueueLane>.Create((a, b) => a.ListedHead!.CompareTo(b.ListedHead));

    public string Name => name;

    public Requirements Requirements => requirements;

    /// <summary>Whether its processes name their executors; then its demands are known one by one.</summary>
    public bool IsTargeted => !requirements.Conditions.Executors.IsEmpty;

    public HashSet<QueueLane> Lanes { get; } = [];

    /// <summary>Lanes whose head may start now, as far as their concurrency key goes.</summary>
    public SortedSet<QueueLane> Ready { get; } = new(ByHead);

    /// <summary>Lanes whose window runs low while the table has more.</summary>
    public HashSet<QueueLane> Low { get; } = [];

    /// <summary>The kinds of demand that can take it, unless it is targeted.</summary>
    public KindSet Takers { get; } = new();

    /// <summary>The demands that can take it, when it is targeted.</summary>
    public HashSet<QueueDemand> Targets { get; } = [];

    /// <summary>Whether somebody present can take it, now or when a slot is free.</summary>
    public bool IsTaken => IsTargeted ? Targets.Count > 0 : Takers.Count > 0;

    /// <summary>The head under which it stands among the kinds that may be offered; null when it does not.</summary>
    public QueueItem? ListedBest { get; set; }
}
