using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>The waiting processes of a queue with equal requirements: a window over their head, and whether the table has more.</summary>
internal sealed class QueueLane(string name, Requirements requirements)
{
    private readonly SortedSet<QueueItem> _window = [];
    private long _dropped;

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

    private long _droppedBefore;

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
