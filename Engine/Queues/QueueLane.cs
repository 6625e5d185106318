using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>The waiting processes of a queue with equal requirements: a window over their head, and whether the table has more.</summary>
internal sealed class QueueLane(string name, Requirements requirements)
{
    private readonly SortedSet<QueueItem> _window = [];
    private long _dropped;
    private long _droppedBefore;

    public string Name => name;

    public Requirements Requirements => requirements;

    /// <summary>The concurrency key; null when there is none.</summary>
    public string? Key => requirements.ConcurrencyKey;

    public int Count => _window.Count;

    /// <summary>Whether the table may hold waiting processes that the window does not.</summary>
    public bool More { get; private set; }

    /// <summary>Whether a refill is under way.</summary>
    public bool Refilling { get; private set; }

    public QueueItem? Head => _window.Min;

    /// <summary>The lanes that the same executors can take; null until it is known to a matcher.</summary>
    public QueueLaneKind? Kind { get; set; }

    /// <summary>The head under which it stands among the lanes that may be offered; null when it does not.</summary>
    public QueueItem? ListedHead { get; set; }

    /// <summary>Offers of its processes that are not answered.</summary>
    public int Offers { get; set; }

    /// <summary>Puts an item in; with a full window only a better one than its tail enters. Says what fell out, which may be the item itself.</summary>
    public QueueItem? Add(QueueItem item, int capacity)
    {
        if (_window.Count < capacity && !More)
        {
            _window.Add(item);
            return null;
        }

        // Behind the window stands what only the table knows; an item worse than the tail belongs there.
        if (_window.Max is { } tail && item.CompareTo(tail) < 0)
        {
            _window.Add(item);
            if (_window.Count <= capacity)
            {
                return null;
            }

            _window.Remove(tail);
            Dropped();
            return tail;
        }

        Dropped();
        return item;
    }

    public void Remove(QueueItem item) => _window.Remove(item);

    /// <summary>Says that the table may hold more than the window.</summary>
    public void Dropped()
    {
        More = true;
        _dropped++;
    }

    /// <summary>Gives up what is beyond the capacity, the worst first; the table still has it.</summary>
    public IReadOnlyList<QueueItem> Trim(int capacity)
    {
        var fell = new List<QueueItem>();
        while (_window.Count > capacity)
        {
            fell.Add(_window.Max!);
            _window.Remove(_window.Max!);
        }

        if (fell.Count > 0)
        {
            Dropped();
        }

        return fell;
    }

    public void BeginRefill()
    {
        Refilling = true;
        _droppedBefore = _dropped;
    }

    /// <summary>Takes the head of the table. That it has no more is believed only when nothing was dropped since the refill began.</summary>
    public void EndRefill(IEnumerable<QueueItem> items, bool complete)
    {
        Refilling = false;
        foreach (var item in items)
        {
            _window.Add(item);
        }

        if (complete && _dropped == _droppedBefore)
        {
            More = false;
        }
    }

    public void AbortRefill() => Refilling = false;
}
