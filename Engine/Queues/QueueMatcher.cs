using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>Brings lanes and demands together: which lane goes first, and who takes it.</summary>
/// <remarks>
/// Ten thousand lanes mostly differ in their concurrency key, ten thousand demands in the id of their executor. So both are grouped
/// into kinds, who can take what is found out once for each pair of kinds, and a match looks at kinds in the order of their best lane.
/// </remarks>
internal sealed class QueueMatcher(QueueLimits limits)
{
    private static readonly Comparer<QueueLaneKind> ByBest = Comparer<QueueLaneKind>.Create((a, b) => a.ListedBest!.CompareTo(b.ListedBest));

    private readonly Dictionary<string, QueueLaneKind> _laneKinds = [];
    private readonly Dictionary<string, List<QueueLaneKind>> _targeted = [];
    private readonly Dictionary<string, HashSet<QueueLane>> _byKey = [];
    private readonly SortedSet<QueueLaneKind> _ready = new(ByBest);
    private readonly HashSet<QueueLaneKind> _low = [];

    private readonly Dictionary<string, QueueDemandKind> _demandKinds = [];
    private readonly List<QueueDemandKind?> _numbered = [];
    private readonly Dictionary<string, HashSet<QueueDemand>> _byExecutor = [];
    private readonly KindSet _free = new();
    private int _lastServed = -1;

    /// <summary>Whether some demand may get more.</summary>
    public bool HasFree => _free.Count > 0;

    /// <summary>The best lane that may start and that somebody with a free slot can take.</summary>
    public (QueueLane Lane, QueueDemand Demand)? Best()
    {
        if (!HasFree)
        {
            return null;
        }

        foreach (var kind in _ready)
        {
            if (Taker(kind) is { } demand)
            {
                return (kind.Ready.Min!, demand);
            }
        }

        return null;
    }

    /// <summary>The first process that the demand could take; null when there is none.</summary>
    public QueueItem? NextFor(QueueDemand demand)
    {
        foreach (var kind in _ready)
        {
            if (kind.IsTargeted ? kind.Targets.Contains(demand) : kind.Takers.Contains(demand.Kind!.Number))
            {
                return kind.ListedBest;
            }
        }

        return null;
    }

    /// <summary>Lanes that run low and that somebody present can take.</summary>
    public IEnumerable<QueueLane> Low() => _low.SelectMany(k => k.Low);

    public void Add(QueueLane lane)
    {
        var alike = lane.Requirements with { ConcurrencyKey = null, ConcurrencyMax = 0 };
        var name = lane.Key is null ? lane.Name : alike.Lane();
        if (!_laneKinds.TryGetValue(name, out var kind))
        {
            _laneKinds[name] = kind = new QueueLaneKind(name, alike);
            FindTakers(kind);
        }

        lane.Kind = kind;
        kind.Lanes.Add(lane);
        if (lane.Key is { } key)
        {
            Of(_byKey, key).Add(lane);
        }
    }

    public void Remove(QueueLane lane)
    {
        var kind = lane.Kind!;
        List(lane, head: null, low: false);
        kind.Lanes.Remove(lane);
        if (lane.Key is { } key)
        {
            Drop(_byKey, key, lane);
        }

        if (kind.Lanes.Count == 0)
        {
            _laneKinds.Remove(kind.Name);
            foreach (var executor in kind.Requirements.Conditions.Executors)
            {
                if (_targeted.TryGetValue(executor, out var kinds) && kinds.Remove(kind) && kinds.Count == 0)
                {
                    _targeted.Remove(executor);
                }
            }
        }
    }

    /// <summary>The window of a lane has changed, or the places under its key.</summary>
    public void Changed(QueueLane lane, int lowMark)
    {
        var open = limits.HasPlaceForKey(lane);
        List(lane, open ? lane.Head : null, open && lane is { More: true, Refilling: false } && lane.Count <= lowMark);
    }

    /// <summary>The lanes that share a concurrency key.</summary>
    public IEnumerable<QueueLane> WithKey(string key) => _byKey.TryGetValue(key, out var lanes) ? lanes : [];

    public void Add(QueueDemand demand)
    {
        var text = QueueDemandKind.TextOf(demand.Capability);
        if (!_demandKinds.TryGetValue(text, out var kind))
        {
            _demandKinds[text] = kind = NewKind(text, demand.Capability);
        }

        kind.Count++;
        demand.Kind = kind;
        Of(_byExecutor, demand.Capability.Executor).Add(demand);
        foreach (var targeted in TargetedAt(demand))
        {
            if (targeted.Requirements.CanBeTakenBy(demand.Capability))
            {
                targeted.Targets.Add(demand);
                List(targeted);
            }
        }

        Changed(demand);
    }

    public void Remove(QueueDemand demand)
    {
        var kind = demand.Kind!;
        ListFree(demand, 0);
        Drop(_byExecutor, demand.Capability.Executor, demand);
        foreach (var targeted in TargetedAt(demand))
        {
            targeted.Targets.Remove(demand);
            List(targeted);
        }

        kind.Count--;
        demand.Kind = null;
    }

    /// <summary>Forgets kinds that no demand is of; not at once, because every long poll is a demand of its own.</summary>
    public void ForgetUnused()
    {
        foreach (var kind in _demandKinds.Values.Where(k => k.Count == 0).ToList())
        {
            _demandKinds.Remove(kind.Text);
            _numbered[kind.Number] = null;
            foreach (var lanes in _laneKinds.Values)
            {
                lanes.Takers.Remove(kind.Number);
                List(lanes);
            }
        }
    }

    /// <summary>The free slots of a demand have changed.</summary>
    public void Changed(QueueDemand demand)
    {
        if (demand.Kind is not null)
        {
            ListFree(demand, demand.Free);
        }
    }

    // Kinds take turns, so that none that can take the same is left out.
    private QueueDemand? Taker(QueueLaneKind kind)
    {
        if (kind.IsTargeted)
        {
            return kind.Targets.Where(d => d.Free > 0).MaxBy(d => d.Free);
        }

        var number = KindSet.NextInBoth(kind.Takers, _free, _lastServed);
        if (number < 0)
        {
            return null;
        }

        _lastServed = number;
        return _numbered[number]!.Free.Min;
    }

    private QueueDemandKind NewKind(string text, Capability capability)
    {
        var number = _numbered.IndexOf(null);
        if (number < 0)
        {
            number = _numbered.Count;
            _numbered.Add(null);
        }

        var kind = _numbered[number] = new QueueDemandKind(number, text, capability);
        foreach (var lanes in _laneKinds.Values.Where(l => !l.IsTargeted && l.Requirements.CanBeTakenBy(capability)))
        {
            lanes.Takers.Add(number);
            List(lanes);
        }

        return kind;
    }

    private void FindTakers(QueueLaneKind kind)
    {
        foreach (var executor in kind.Requirements.Conditions.Executors.Distinct(StringComparer.Ordinal))
        {
            Of(_targeted, executor).Add(kind);
            kind.Targets.UnionWith(_byExecutor.GetValueOrDefault(executor, []).Where(d => kind.Requirements.CanBeTakenBy(d.Capability)));
        }

        foreach (var demands in _demandKinds.Values.Where(d => !kind.IsTargeted && kind.Requirements.CanBeTakenBy(d.Capability)))
        {
            kind.Takers.Add(demands.Number);
        }
    }

    private ImmutableArray<QueueLaneKind> TargetedAt(QueueDemand demand) =>
        _targeted.TryGetValue(demand.Capability.Executor, out var kinds) ? [.. kinds] : [];

    private void List(QueueLane lane, QueueItem? head, bool low)
    {
        var kind = lane.Kind!;
        if (low ? kind.Low.Add(lane) : kind.Low.Remove(lane))
        {
            List(kind);
        }

        if (ReferenceEquals(head, lane.ListedHead))
        {
            return;
        }

        if (lane.ListedHead is not null)
        {
            kind.Ready.Remove(lane);
        }

        lane.ListedHead = head;
        if (head is not null)
        {
            kind.Ready.Add(lane);
        }

        List(kind);
    }

    private void List(QueueLaneKind kind)
    {
        if (kind.IsTaken && kind.Low.Count > 0)
        {
            _low.Add(kind);
        }
        else
        {
            _low.Remove(kind);
        }

        var best = kind.IsTaken ? kind.Ready.Min?.ListedHead : null;
        if (ReferenceEquals(best, kind.ListedBest))
        {
            return;
        }

        if (kind.ListedBest is not null)
        {
            _ready.Remove(kind);
        }

        kind.ListedBest = best;
        if (best is not null)
        {
            _ready.Add(kind);
        }
    }

    private void ListFree(QueueDemand demand, int free)
    {
        var kind = demand.Kind!;
        if (free == demand.ListedFree)
        {
            return;
        }

        if (demand.ListedFree > 0)
        {
            kind.Free.Remove(demand);
        }

        demand.ListedFree = free;
        if (free > 0)
        {
            kind.Free.Add(demand);
        }

        if (kind.Free.Count > 0)
        {
            _free.Add(kind.Number);
        }
        else
        {
            _free.Remove(kind.Number);
        }
    }

    private static TSet Of<TSet>(Dictionary<string, TSet> sets, string key)
        where TSet : new()
    {
        if (!sets.TryGetValue(key, out var set))
        {
            sets[key] = set = new TSet();
        }

        return set;
    }

    private static void Drop<T>(Dictionary<string, HashSet<T>> sets, string key, T item)
    {
        if (sets.TryGetValue(key, out var set) && set.Remove(item) && set.Count == 0)
        {
            sets.Remove(key);
        }
    }
}
