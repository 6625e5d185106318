using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What a queue knows: its lanes, the demands, the offers under way; and who gets what next. Knows no actors' ways, no clock, no store.</summary>
/// <remarks>Single-threaded, for one actor or one simulation.</remarks>
internal sealed class QueueBook
{
    /// <summary>A busy lane among thousands of sleepy ones must not read the table for every few processes.</summary>
    private const int LeastPerLane = 32;

    /// <summary>Refills that run at once; more would only wait for the store and for each other.</summary>
    private const int RefillsAtOnce = 16;

    private readonly int _capacity;
    private readonly int _leastPerLane;
    private readonly QueueMatcher _matcher;
    private readonly Dictionary<string, QueueLane> _lanes = [];
    private readonly Dictionary<ProcessId, QueueItem> _items = [];
    private readonly QueueDemands _demands;
    private readonly Dictionary<string, QueueOffer> _offers = [];
    private readonly Dictionary<ProcessId, QueueOffer> _offered = [];
    private readonly RefillGuard _guard = new();
    private readonly HashSet<QueueLane> _emptied = [];
    private readonly HashSet<QueueLane> _unread = [];
    private int _trimmedTo;

    // When the latest offer was made that has been answered, and when the last answer came.
    private long _answeredUpTo = long.MinValue / 2;
    private long _lastAnswer;

    public QueueBook(int capacity, int leastPerLane = LeastPerLane)
    {
        _capacity = capacity;
        _leastPerLane = leastPerLane;
        _matcher = new QueueMatcher(Limits);
        _demands = new QueueDemands(_matcher);
        Limits.Changed = PlacesChanged;
    }

    public QueueLimits Limits { get; } = new();

    public IEnumerable<QueueLane> Lanes => _lanes.Values;

    public IEnumerable<QueueDemand> Demands => _demands.All;

    /// <summary>How many processes the windows hold.</summary>
    public int Waiting => _items.Count;

    public bool HasDemand => _matcher.HasFree || _demands.Shared.Count > 0;

    public bool HasOffers => _offers.Count > 0;

    public bool IsIdle => _demands.Count == 0 && _offers.Count == 0 && _items.Count == 0;

    public QueueLane? Lane(string name) => _lanes.GetValueOrDefault(name);

    public QueueDemand? Demand(string id) => _demands.Find(id);

    /// <summary>How many processes of one lane are kept, and read at once, when there is no room to spare.</summary>
    public int LaneCapacity() => Math.Max(_leastPerLane, _capacity / Math.Max(1, _lanes.Count));

    /// <summary>Makes a lane known.</summary>
    public QueueLane Open(string name, Requirements requirements)
    {
        if (!_lanes.TryGetValue(name, out var lane))
        {
            _lanes[name] = lane = new QueueLane(name, requirements);
            _matcher.Add(lane);
        }

        return lane;
    }

    /// <summary>The table may hold more of a lane than is known here.</summary>
    public void HasMore(QueueLane lane)
    {
        lane.Dropped();
        _unread.Add(lane);
        Changed(lane);
    }

    /// <summary>Whether some lane that somebody present can take has not been read since it was found in the table.</summary>
    public bool HeadsUnknown => _unread.Any(l => l.Kind!.IsTaken);

    /// <summary>A process waits. False when it was not kept: it stands in the table only.</summary>
    public bool Enqueue(QueueItem item, Requirements requirements)
    {
        if (_offered.TryGetValue(item.Id, out var offer))
        {
            if (offer.Item.Since == item.Since)
            {
                // The same wait, perhaps with another priority: it has not heard of the offer yet.
                offer.Item = item;
                return true;
            }

            // A new wait is newer than the offer: it will decline that one, or has taken and lost it already.
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

        _guard.Back(item.Id);
        var lane = Open(item.Lane, requirements);
        var fell = lane.Add(item, Math.Max(LaneCapacity(), lane.Count + _capacity - _items.Count));
        if (fell != item)
        {
            _items[item.Id] = item;
        }

        if (fell is not null)
        {
            _items.Remove(fell.Id);
        }

        Changed(lane);
        Trim();
        return fell != item;
    }

    /// <summary>A process left without an attempt.</summary>
    public void Dequeue(ProcessId id)
    {
        if (_items.TryGetValue(id, out var item))
        {
            Drop(item);
        }

        _guard.Left(id);
    }

    /// <summary>A demand is new, or changed; null when it is over, or an older version came late.</summary>
    public QueueDemand? Want(QueueMessage.Interest m, long now = 0) => _demands.Want(m, now);

    /// <summary>Forgets the demands that were not said again since then.</summary>
    public void ForgetSilent(long before) => _demands.ForgetSilent(before);

    /// <summary>Forgets the demands of a dispatcher that is gone.</summary>
    public void Forget(Akka.Actor.IActorRef dispatcher) => _demands.Forget(dispatcher);

    /// <summary>The next match, or null: the best process that somebody present can take and that limits let start.</summary>
    /// <param name="offerId">Gives the id of the offer.</param>
    /// <param name="now">When it is made.</param>
    public QueueOffer? Match(Func<string> offerId, long now)
    {
        if (!Limits.Open || _matcher.Best() is not var (lane, demand))
        {
            return null;
        }

        return Offer(offerId, lane.Head!, lane, demand, now);
    }

    /// <summary>Offers one process out of its turn; null when it cannot start now, is offered already, or the executor cannot take it.</summary>
    /// <param name="item">The process as the table has it; what was heard of it since goes before that.</param>
    /// <param name="requirements">What it requires.</param>
    /// <param name="demand">Who wants it; no other process is offered to it.</param>
    /// <param name="offerId">Gives the id of the offer.</param>
    /// <param name="now">When it is made.</param>
    public QueueOffer? Pick(QueueItem item, Requirements requirements, QueueDemand demand, Func<string> offerId, long now)
    {
        item = _items.GetValueOrDefault(item.Id, item);
        if (!Limits.Open || _offered.ContainsKey(item.Id) || !requirements.CanBeTakenBy(demand.Capability))
        {
            return null;
        }

        var lane = Open(item.Lane, requirements);
        var offer = Limits.HasPlaceForKey(lane) ? Offer(offerId, item, lane, demand, now) : null;
        // It may have been opened for nothing.
        Changed(lane);
        return offer;
    }

    /// <summary>What was matched is being offered: who takes only what is there at once gets no more.</summary>
    public void WentRound(QueueDemand demand)
    {
        demand.WentRound();
        _matcher.Changed(demand);
    }

    /// <summary>The priority of the next process that the demand could take now; null when there is none.</summary>
    public int? NextFor(QueueDemand demand) =>
        Limits is { Open: true, RateAllows: true } && demand.Kind is not null ? _matcher.NextFor(demand)?.Priority : null;

    /// <summary>Demands that several queues serve and whose dispatcher believes something else of the next process than is so.</summary>
    public IReadOnlyList<QueueDemand> ToAnnounce() =>
        [.. _demands.Shared.Where(d => d.InFlight == 0 && (NextFor(d) != d.SaidNext || (d.Asked && _guard.Running == 0)))];

    /// <summary>An offer was answered; null when it is not known any more.</summary>
    public QueueOffer? Answered(string offerId, bool assigned, long now)
    {
        _lastAnswer = now;
        if (!_offers.TryGetValue(offerId, out var offer))
        {
            return null;
        }

        _answeredUpTo = Math.Max(_answeredUpTo, offer.At);
        Remove(offer);
        if (assigned)
        {
            offer.Demand.Assigned(offer.Requester);
            _matcher.Changed(offer.Demand);
        }
        else
        {
            Limits.Free(offer.Item.Id, offer.Slots);
        }

        _guard.Left(offer.Item.Id);
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
            offer.Demand.OfferOver(offer.Requester);
            _matcher.Changed(offer.Demand);
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

    /// <summary>The lanes that should be filled from the table now: somebody present can take them, and they run low.</summary>
    public IReadOnlyList<QueueLane> ToRefill() => Limits.Open && _guard.Running < RefillsAtOnce ? [.. _matcher.Low().Take(RefillsAtOnce - _guard.Running)] : [];

    public void BeginRefill(QueueLane lane)
    {
        lane.BeginRefill();
        _guard.Begin(lane);
        Changed(lane);
    }

    /// <summary>Takes the head of a lane as the table had it.</summary>
    public void EndRefill(QueueLane lane, IReadOnlyList<QueueItem> rows, bool complete)
    {
        var fresh = rows.Where(r => !_items.ContainsKey(r.Id) && !_offered.ContainsKey(r.Id) && !_guard.HasLeft(lane, r.Id)).ToList();
        foreach (var item in fresh)
        {
            _items[item.Id] = item;
        }

        lane.EndRefill(fresh, complete);
        _unread.Remove(lane);
        _guard.End(lane);
        Changed(lane);
        Trim();
    }

    public void AbortRefill(QueueLane lane)
    {
        lane.AbortRefill();
        _unread.Remove(lane);
        _guard.End(lane);
        Changed(lane);
    }

    /// <summary>Forgets lanes that are empty, and what executors that are gone could do; called now and then, so that a busy lane is not made anew for every process.</summary>
    public void CloseEmptied()
    {
        foreach (var lane in _emptied.Where(l => l.Offers == 0).ToList())
        {
            _emptied.Remove(lane);
            _lanes.Remove(lane.Name);
            _unread.Remove(lane);
            _matcher.Remove(lane);
        }

        _matcher.ForgetUnused();
    }

    // What a lane has to offer or to read may be another than before.
    private void Changed(QueueLane lane)
    {
        _matcher.Changed(lane, LaneCapacity() / 4);
        if (lane.Count == 0 && lane is { More: false, Refilling: false })
        {
            _emptied.Add(lane);
        }
        else
        {
            _emptied.Remove(lane);
        }
    }

    private void PlacesChanged(string? key)
    {
        foreach (var lane in key is null ? _lanes.Values : _matcher.WithKey(key))
        {
            Changed(lane);
        }
    }

    // A lane that was alone may hold more than its share; when all are too much, each goes back to its share.
    private void Trim()
    {
        var slack = _capacity / 4;
        _trimmedTo = Math.Min(_trimmedTo, _items.Count);
        if (_items.Count <= Math.Max(_capacity, _trimmedTo) + slack)
        {
            return;
        }

        foreach (var lane in _lanes.Values)
        {
            foreach (var fell in lane.Trim(LaneCapacity()))
            {
                _items.Remove(fell.Id);
            }

            Changed(lane);
        }

        _trimmedTo = _items.Count;
    }

    private QueueOffer Offer(Func<string> offerId, QueueItem item, QueueLane lane, QueueDemand demand, long now)
    {
        var offer = new QueueOffer(offerId(), item, lane, demand, Limits.Take(lane, item.Id), now);
        _offers[offer.Id] = offer;
        _offered[item.Id] = offer;
        lane.Offers++;
        demand.Offered();
        _matcher.Changed(demand);
        Drop(item);
        return offer;
    }

    private void Remove(QueueOffer offer)
    {
        _offers.Remove(offer.Id);
        _offered.Remove(offer.Item.Id);
        offer.Lane.Offers--;
        if (!offer.Late)
        {
            offer.Demand.OfferOver(offer.Requester);
            _matcher.Changed(offer.Demand);
        }
    }

    private void Withdraw(QueueOffer offer)
    {
        Remove(offer);
        Limits.Free(offer.Item.Id, offer.Slots);
    }

    private void Drop(QueueItem item)
    {
        if (_items.Remove(item.Id) && _lanes.TryGetValue(item.Lane, out var lane))
        {
            lane.Remove(item);
            Changed(lane);
        }
    }
}
