using Akka.Actor;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>The demands that a queue may serve, as their dispatchers said them last.</summary>
internal sealed class QueueDemands(QueueMatcher matcher)
{
    private readonly Dictionary<string, QueueDemand> _demands = [];
    private readonly HashSet<QueueDemand> _shared = [];

    public int Count => _demands.Count;

    public IEnumerable<QueueDemand> All => _demands.Values;

    /// <summary>Those that other queues serve too.</summary>
    public IReadOnlyCollection<QueueDemand> Shared => _shared;

    public QueueDemand? Find(string id) => _demands.GetValueOrDefault(id);

    /// <summary>A demand is new, or changed; null when it is over, or an older version came late.</summary>
    public QueueDemand? Want(QueueMessage.Interest m, long now)
    {
        var known = _demands.GetValueOrDefault(m.Demand);
        if (m.Gone)
        {
            // One that moved to another dispatcher is not gone because the last one forgets it.
            if (known is not null && known.Dispatcher.Equals(m.Dispatcher.Ref))
            {
                Remove(known);
                if (m.Held is { } held)
                {
                    known.End(m.Requester.Ref, held);
                }
            }

            return null;
        }

        if (known?.Knows(m) == true)
        {
            return null;
        }

        var demand = known ?? (_demands[m.Demand] = new QueueDemand(m));
        if (known is not null && !known.CanDoTheSame(m.Capability))
        {
            matcher.Remove(demand);
        }

        demand.Update(m, now);
        if (demand.Kind is null)
        {
            matcher.Add(demand);
        }

        matcher.Changed(demand);
        if (demand.Shared)
        {
            _shared.Add(demand);
        }
        else
        {
            _shared.Remove(demand);
        }

        return demand;
    }

    /// <summary>Forgets the demands of a dispatcher that is gone.</summary>
    public void Forget(IActorRef dispatcher)
    {
        foreach (var demand in _demands.Values.Where(d => d.Dispatcher.Equals(dispatcher)).ToList())
        {
            // Who asked may live on, and get what is under way for it.
            Remove(demand);
        }
    }

    /// <summary>Forgets the demands that were not said again: the word that they are over may have been lost, or overtaken by an older one.</summary>
    public void ForgetSilent(long before)
    {
        foreach (var demand in _demands.Values.Where(d => d.SeenAt < before).ToList())
        {
            Remove(demand);
        }
    }

    private void Remove(QueueDemand demand)
    {
        _demands.Remove(demand.Id);
        _shared.Remove(demand);
        matcher.Remove(demand);
    }
}
