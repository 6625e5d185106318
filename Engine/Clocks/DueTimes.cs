using Muster.Messages;

namespace Muster.Engine.Clocks;

/// <summary>Which processes are to be woken when; of each only the earliest time that is known.</summary>
internal sealed class DueTimes
{
    private readonly PriorityQueue<ProcessId, (DateTimeOffset At, long Order)> _due = new();
    private readonly Dictionary<ProcessId, DateTimeOffset> _known = [];
    private long _order;

    /// <summary>When the next may be due; null when nothing is known.</summary>
    public DateTimeOffset? Next => _due.TryPeek(out _, out var next) ? next.At : null;

    /// <summary>A process is due at a time.</summary>
    public void Add(ProcessId process, DateTimeOffset at)
    {
        if (_known.TryGetValue(process, out var known) && known <= at)
        {
            return;
        }

        _known[process] = at;
        _due.Enqueue(process, (at, ++_order));
    }

    /// <summary>Takes out those that are due.</summary>
    public IReadOnlyList<ProcessId> Take(DateTimeOffset now)
    {
        var taken = new List<ProcessId>();
        while (_due.TryPeek(out var process, out var due) && due.At <= now)
        {
            _due.Dequeue();
            if (_known.TryGetValue(process, out var known) && known == due.At)
            {
                _known.Remove(process);
                taken.Add(process);
            }
        }

        return taken;
    }
}
