namespace Muster.Engine.Clocks;

/// <summary>Who is to be woken when; of each only the earliest time that is known.</summary>
/// <typeparam name="TEntity">Who is woken.</typeparam>
internal sealed class DueTimes<TEntity>
    where TEntity : notnull
{
    private readonly PriorityQueue<TEntity, (DateTimeOffset At, long Order)> _due = new();
    private readonly Dictionary<TEntity, DateTimeOffset> _known = [];
    private long _order;

    /// <summary>When the next may be due; null when nothing is known.</summary>
    public DateTimeOffset? Next => _due.TryPeek(out _, out var next) ? next.At : null;

    /// <summary>An entity is due at a time.</summary>
    public void Add(TEntity entity, DateTimeOffset at)
    {
        if (_known.TryGetValue(entity, out var known) && known <= at)
        {
            return;
        }

        _known[entity] = at;
        _due.Enqueue(entity, (at, ++_order));
    }

    /// <summary>Takes out those that are due.</summary>
    public IReadOnlyList<TEntity> Take(DateTimeOffset now)
    {
        var taken = new List<TEntity>();
        while (_due.TryPeek(out var entity, out var due) && due.At <= now)
        {
            _due.Dequeue();
            if (_known.TryGetValue(entity, out var known) && known == due.At)
            {
                _known.Remove(entity);
                taken.Add(entity);
            }
        }

        return taken;
    }
}
