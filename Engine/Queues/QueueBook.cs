using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What a queue knows: its lanes, the demands, the offers under way; and who gets what next. Knows no actors' ways, no clock, no store.</summary>
/// <remarks>Single-threaded, for one actor or one simulation.</remarks>
internal sealed class QueueBook(int capacity)
{
    private readonly Dictionary<string, QueueLane> _lanes = [];
    private readonly Dictionary<ProcessId, QueueItem> _items = [];
    private readonly Dictionary<string, QueueDemand> _demands = [];
    private readonly Dictionary<string, QueueOffer> _offers = [];
    private readonly Dictionary<ProcessId, QueueOffer> _offered = [];

    // Processes that left while a refill was reading the table: its rows may still show them.
    private readonly HashSet<ProcessId> _leftDuringRefill = [];

    // When the latest offer was made that has been answered, and when the last answer came.
    private long _answeredUpTo = long.MinValue / 2;
    private long _lastAnswer;
    private int _refills;
    private int _windowed;

    public QueueLimits Limits { get; } = new();

    public IEnumerable<QueueLane> Lanes => _lanes.Values;

    public IEnumerable<QueueDemand> Demands => _demands.Values;

    public int Waiting => _windowed;

    public bool HasDemand => _demands.Values.Any(d => d.Free > 0 || d.Shared);

    public bool IsIdle => _demands.Count == 0 && _offers.Count == 0 && _windowed == 0;

    public bool HasMore => _lanes.Values.Any(l => l.More);

    public QueueLane? Lane(string name) => _lanes.GetValueOrDefault(name);

    /// <summary>Makes a lane known.</summary>
    public QueueLane Open(string name, Requirements requirements)
    {
        if (!_lanes.TryGetValue(name, out var lane))
        {
            _lanes[name] = lane = new QueueLane(name, requirements);
            foreach (var demand in _demands.Values)
            {
                demand.Look(lane);
            }
        }

        return lane;
    }

    /// <summary>A process waits. False when it was not kept: it stands in the table only.</summary>
    public bool Enqueue(QueueItem item, Requirements requirements)
    {
        var lane = Open(item.Lane, requirements);
        if (_offered.TryGetValue(item.Id, out var offer))
        {
            // Its own word is newer than the offer's: it will decline that one, or has taken and lost it already.
            if (offer.Item == item)
            {
                return true;
            }

            Withdraw(offer);
        }

        if (_items.TryGetValue(item.Id, out var known))
        {
            if (known == item)
            {
                return true;
            }

            Drop(known);
        }

        _leftDuringRefill.Remove(item.Id);
        var fell = lane.Add(item, LaneCapacity());
        if (fell != item)
        {
            _items[item.Id] = item;
            _windowed++;
        }

        if (fell is not null && fell != item)
        {
            _items.Remove(fell.Id);
            _windowed--;
        }

        return fell != item;
    }

    /// <summary>A process left without an attempt.</summary>
    public void Dequeue(ProcessId id)
    {
        if (_items.TryGetValue(id, out var item))
        {
            Drop(item);
        }

        Left(id);
    }

    /// <summary>A demand is new, or changed; false when an older version came late.</summary>
    public QueueDemand? Want(QueueMessage.Interest m)
    {
        if (m.Gone)
        {
            if (_demands.Remove(m.Demand, out var over))
            {
                over.End(m.Held);
            }

            return null;
        }

        if (!_demands.TryGetValue(m.Demand, out var demand))
        {
            _demands[m.Demand] = demand = new QueueDemand(m);
            foreach (var lane in _lanes.Values)
            {
                demand.Look(lane);
            }
        }

        return demand.Update(m) ? demand : null;
    }

    public QueueDemand? Demand(string id) => _demands.GetValueOrDefault(id);

    /// <summary>Forgets the demands of a dispatcher that is gone.</summary>
    public void Forget(Akka.Actor.IActorRef dispatcher)
    {
        foreach (var demand in _demands.Values.Where(d => d.Dispatcher.Equals(dispatcher)).ToList())
        {
            _demands.Remove(demand.Id);
            demand.End([]);
        }
    }

    /// <summary>The next match, or null: the best process that somebody present can take and that limits let start.</summary>
    /// <param name="offerId">Gives the id of the offer.</param>
    /// <param name="now">When it is made.</param>
    public QueueOffer? Match(Func<string> offerId, long now)
    {
        if (!Limits.Open)
        {
            return null;
        }

        QueueLane? best = null;
        QueueDemand? taker = null;
        foreach (var lane in _lanes.Values)
        {
            if (lane.Head is not { } head || (best?.Head is { } other && other.CompareTo(head) <= 0) || !Limits.HasPlace(lane))
            {
                continue;
            }

            if (Taker(lane) is { } demand)
            {
                best = lane;
                taker = demand;
            }
        }

        if (best is null)
        {
            return null;
        }

        var item = best.Head!;
        Drop(item);
        var offer = new QueueOffer(offerId(), item, best, taker!, Limits.Take(best, item.Id), now);
        taker!.InFlight++;
        _offers[offer.Id] = offer;
        _offered[item.Id] = offer;
        return offer;
    }

    /// <summary>The priority of the next process that the demand could take; null when there is none.</summary>
    public int? NextFor(QueueDemand demand)
    {
        if (!Limits.Open)
        {
            return null;
        }

        QueueItem? best = null;
        foreach (var lane in _lanes.Values)
        {
            if (lane.Head is { } head && (best is null || head.CompareTo(best) < 0) && demand.Takes(lane) && Limits.HasPlace(lane))
            {
                best = head;
            }
        }

        return best?.Priority;
    }

    /// <summary>An offer was answered; null when it is not known any more.</summary>
    public QueueOffer? Answered(string offerId, bool assigned, long now)
    {
        _lastAnswer = now;
        if (!_offers.Remove(offerId, out var offer))
        {
            return null;
        }

        _answeredUpTo = Math.Max(_answeredUpTo, offer.At);

        _offered.Remove(offer.Item.Id);
        if (!offer.Late)
        {
            offer.Demand.InFlight--;
        }

        if (assigned)
        {
            offer.Demand.Assigned();
        }
        else
        {
            Limits.Free(offer.Item.Id, offer.Slots);
        }

        Left(offer.Item.Id);
        return offer;
    }

    /// <summary>Offers that were overtaken, or that silence has gone over, no longer hold their demand.</summary>
    /// <remarks>
    /// Slowness alone expires nothing: an offer is late when another one, made this much later, has been answered already, or
    /// when nothing at all was answered for long. Otherwise a busy node would be given more and more of what it cannot do.
    /// </remarks>
    /// <param name="now">The time, in milliseconds.</param>
    /// <param name="overtaken">How much later an answered offer was made, in milliseconds.</param>
    /// <param name="silence">How long nothing was answered, in milliseconds.</param>
    public IReadOnlyList<QueueOffer> Expire(long now, long overtaken, long silence)
    {
        var before = Math.Max(_answeredUpTo - overtaken, now - _lastAnswer > silence ? now - silence : long.MinValue);
        var late = _offers.Values.Where(o => !o.Late && o.At < before).ToList();
        foreach (var offer in late)
        {
            offer.Late = true;
            offer.Demand.InFlight--;
        }

        return late;
    }

    /// <summary>Offers that were never answered: their processes wait again, and the places are free until the store says otherwise.</summary>
    public void GiveUp(long before)
    {
        foreach (var offer in _offers.Values.Where(o => o.Late && o.At < before).ToList())
        {
            Withdraw(offer);
            Enqueue(offer.Item, offer.Lane.Requirements);
        }
    }

    public bool HasOffers => _offers.Count > 0;

    /// <summary>The lanes that should be filled from the table: somebody present can take them, and they run low.</summary>
    public IReadOnlyList<QueueLane> ToRefill() =>
        [.. _lanes.Values.Where(l => l is { More: true, Refilling: false } && l.Count <= LaneCapacity() / 4 && Limits.HasPlace(l) && _demands.Values.Any(d => d.Takes(l)))];

    public int LaneCapacity() => Math.Max(100, capacity / Math.Max(1, _lanes.Count));

    public void BeginRefill(QueueLane lane)
    {
        _refills++;
        lane.BeginRefill();
    }

    /// <summary>Takes the head of a lane as the table had it.</summary>
    public void EndRefill(QueueLane lane, IReadOnlyList<QueueItem> rows, bool complete)
    {
        var fresh = rows.Where(r => !_items.ContainsKey(r.Id) && !_offered.ContainsKey(r.Id) && !_leftDuringRefill.Contains(r.Id)).ToList();
        foreach (var item in fresh)
        {
            _items[item.Id] = item;
        }

        _windowed += fresh.Count;
        lane.EndRefill(fresh, complete);
        EndRefill();
        if (!complete)
        {
            lane.Dropped();
        }
        else if (lane.Count == 0 && !lane.More)
        {
            Close(lane);
        }
    }

    public void AbortRefill(QueueLane lane)
    {
        lane.AbortRefill();
        EndRefill();
    }

    private void EndRefill()
    {
        if (--_refills == 0)
        {
            _leftDuringRefill.Clear();
        }
    }

    // Lanes come and go with concurrency keys; an empty one costs every match a look.
    private void Close(QueueLane lane)
    {
        _lanes.Remove(lane.Name);
        foreach (var demand in _demands.Values)
        {
            demand.Forget(lane);
        }
    }

    private QueueDemand? Taker(QueueLane lane)
    {
        QueueDemand? best = null;
        foreach (var demand in _demands.Values)
        {
            if (demand.Free > 0 && demand.Takes(lane) && (best is null || demand.Free > best.Free))
            {
                best = demand;
            }
        }

        return best;
    }

    private void Withdraw(QueueOffer offer)
    {
        _offers.Remove(offer.Id);
        _offered.Remove(offer.Item.Id);
        if (!offer.Late)
        {
            offer.Demand.InFlight--;
        }

        Limits.Free(offer.Item.Id, offer.Slots);
    }

    private void Drop(QueueItem item)
    {
        if (_items.Remove(item.Id) && _lanes.TryGetValue(item.Lane, out var lane))
        {
            lane.Remove(item);
            _windowed--;
            if (lane.Count == 0 && lane is { More: false, Refilling: false })
            {
                _emptied.Add(lane.Name);
            }
        }
    }

    private readonly HashSet<string> _emptied = [];

    /// <summary>Forgets lanes that have been empty since the last time; called now and then, so that a busy lane is not made anew for every process.</summary>
    public void CloseEmptied()
    {
        foreach (var name in _emptied)
        {
            if (_lanes.TryGetValue(name, out var lane) && lane.Count == 0 && lane is { More: false, Refilling: false } && !_offers.Values.Any(o => o.Lane == lane))
            {
                Close(lane);
            }
        }

        _emptied.Clear();
    }

    private void Left(ProcessId id)
    {
        if (_refills > 0)
        {
            _leftDuringRefill.Add(id);
        }
    }
}
