using Muster.Messages;

namespace Muster.Engine.Queues;

/// <summary>Remembers what left the queue while refills read the table: their rows may still show it.</summary>
internal sealed class RefillGuard
{
    private readonly Dictionary<QueueLane, long> _began = [];
    private readonly Dictionary<ProcessId, long> _left = [];
    private long _now;

    /// <summary>How many refills are under way.</summary>
    public int Running => _began.Count;

    public void Begin(QueueLane lane) => _began[lane] = ++_now;

    public void End(QueueLane lane)
    {
        _began.Remove(lane);
        if (_began.Count == 0)
        {
            _left.Clear();
        }
        else if (_left.Count > 1_000)
        {
            // Refills that overlap without end must not keep all that ever left.
            var oldest = _began.Values.Min();
            foreach (var id in _left.Where(l => l.Value < oldest).Select(l => l.Key).ToList())
            {
                _left.Remove(id);
            }
        }
    }

    public void Left(ProcessId id)
    {
        if (_began.Count > 0)
        {
            _left[id] = ++_now;
        }
    }

    /// <summary>It waits again, by its own word.</summary>
    public void Back(ProcessId id) => _left.Remove(id);

    /// <summary>Whether a process left after the refill of the lane had begun.</summary>
    public bool HasLeft(QueueLane lane, ProcessId id) => _left.TryGetValue(id, out var at) && at > _began.GetValueOrDefault(lane);
}
