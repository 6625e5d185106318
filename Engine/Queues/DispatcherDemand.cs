using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>One demand as its dispatcher sees it: which queue holds how many of its places, and which assignments are on their way.</summary>
internal sealed class DispatcherDemand
{
    /// <summary>An assignment that its worker has not mentioned after this long never reached it.</summary>
    private const long LostAfterMs = 3_000;

    private readonly Dictionary<string, QueueShare> _queues = [];
    private readonly List<QueueShare> _left = [];

    // Reported by a queue and not yet mentioned by the worker; and the other way round, for reports that come later than the worker's word.
    private readonly Dictionary<AttemptRef, long> _onTheWay = [];
    private readonly Dictionary<AttemptRef, long> _mentionedEarly = [];
    private DispatcherMessage.Demand _latest;
    private bool _fresh = true;
    private long _forgotAt;
    private long _interestVersion;
    private long _served;

    public DispatcherDemand(DispatcherMessage.Demand first)
    {
        _latest = first;
        Serve(first);
    }

    public string Id => _latest.DemandId;

    public string Executor => _latest.Capability.Executor;

    public long SeenAt { get; private set; }

    /// <summary>Whether this is who said it last.</summary>
    public bool IsOf(ActorRef requester) => _latest.Requester == requester;

    /// <summary>Whether several queues serve it.</summary>
    public bool IsShared => _queues.Count > 1;

    /// <summary>Whether some queue has not said yet what it has; the best of all is not known then.</summary>
    public bool IsGuessing => IsShared && _queues.Values.Any(q => !q.Heard);

    public bool Update(DispatcherMessage.Demand m, long now)
    {
        if (!_fresh && m.Version <= _latest.Version)
        {
            return false;
        }

        if (_fresh)
        {
            // A demand that comes back under its id must go before what queues remember of it.
            _interestVersion = now << 10;
        }

        if (m.Requester != _latest.Requester)
        {
            // What is on its way to another is that one's to give back.
            _onTheWay.Clear();
        }

        _fresh = false;
        _latest = m;
        SeenAt = now;
        Serve(m);
        Took(m.Held);
        Took(m.Finished);

        if (now - _forgotAt > LostAfterMs)
        {
            // A busy worker says its demand hundreds of times a second; looking through all of it each time would cost more than the rest.
            _forgotAt = now;
            foreach (var old in _mentionedEarly.Where(e => now - e.Value > 2 * LostAfterMs).Select(e => e.Key).ToList())
            {
                _mentionedEarly.Remove(old);
            }
        }

        return true;
    }

    /// <summary>These assignments have arrived.</summary>
    public void Took(IEnumerable<AttemptRef> attempts)
    {
        foreach (var attempt in attempts)
        {
            if (!_onTheWay.Remove(attempt))
            {
                _mentionedEarly[attempt] = SeenAt;
            }
        }
    }

    /// <summary>A queue says what became of its part. True when the queues should be told anew what they may use.</summary>
    public bool Reported(DispatcherMessage.Report m, long now)
    {
        if (!_queues.TryGetValue(m.Queue.Name, out var share))
        {
            return false;
        }

        if (m.Used > share.Used)
        {
            share.Used = m.Used;
            share.ServedAt = ++_served;
        }

        share.Heard = true;
        share.Next = m.Next;
        if (m.Given is not { } given)
        {
            return IsShared;
        }

        if (_mentionedEarly.Remove(given) || m.To != _latest.Requester)
        {
            // The worker has counted it already, or another got it, so its queue has subtracted it twice.
            return true;
        }

        _onTheWay[given] = now;
        // With one queue nothing moves: what it used it has subtracted itself.
        return IsShared;
    }

    /// <summary>Assignments that never reached their worker; they are no longer counted. When the demand is over, all that it has not mentioned.</summary>
    public IReadOnlyList<AttemptRef> Lost(long now)
    {
        var lost = _onTheWay.Where(e => _latest.Gone || now - e.Value > LostAfterMs).Select(e => e.Key).ToList();
        lost.ForEach(a => _onTheWay.Remove(a));
        return lost;
    }

    /// <summary>What each queue is to be told now. All grants together are never more than the worker has free.</summary>
    public IReadOnlyList<QueueMessage.Interest> Grants(IActorRef dispatcher)
    {
        var free = Math.Max(0, _latest.Free - _onTheWay.Count);
        _interestVersion++;
        if (_queues.Count == 1)
        {
            return [.. Withdrawn(dispatcher), .. _queues.Values.Select(share => Interest(share, free, dispatcher))];
        }

        var busy = _queues.Values.Where(q => q.Next is not null).ToList();
        var best = busy.Max(q => q.Next);
        var first = busy.Where(q => q.Next == best).OrderBy(q => q.ServedAt).ToList();

        // What comes after the first of the best priority is not known; so while others have work, the only best one gets one place at a time.
        var given = first.Count == 1 && busy.Count > 1 ? Math.Min(1, free) : free;
        return
        [
            .. Withdrawn(dispatcher),
            .. _queues.Values.Select(share => Interest(share, first.IndexOf(share) is var place and >= 0 ? Part(given, first.Count, place) : 0, dispatcher)),
        ];
    }

    /// <summary>What the queues are to be told when the demand is over.</summary>
    public IReadOnlyList<QueueMessage.Interest> Withdrawals(IActorRef dispatcher)
    {
        _interestVersion++;
        _left.AddRange(_queues.Values);
        // One that was only not heard of any more took nothing along that anybody knows of.
        return Withdrawn(dispatcher).ConvertAll(gone => gone with { Held = _latest.Gone ? _latest.Held : [] });
    }

    // Each version of a demand says anew which queues serve it.
    private void Serve(DispatcherMessage.Demand m)
    {
        if (_queues.Count > 0 && m.Queues.All(_queues.ContainsKey) && _queues.Keys.All(q => m.Queues.Contains(q)))
        {
            return;
        }

        foreach (var (name, share) in _queues.Where(q => !m.Queues.Contains(q.Key)).ToList())
        {
            _queues.Remove(name);
            _left.Add(share);
        }

        foreach (var name in m.Queues)
        {
            _queues.TryAdd(name, new QueueShare(new QueueId(m.Namespace, name)));
        }
    }

    private List<QueueMessage.Interest> Withdrawn(IActorRef dispatcher)
    {
        var gone = _left.ConvertAll(share => Interest(share, 0, dispatcher) with { Gone = true });
        _left.Clear();
        return gone;
    }

    // The places are shared evenly; the one that was served longest ago gets what is left over.
    private static int Part(int places, int sharers, int place) => (places / sharers) + (place < places % sharers ? 1 : 0);


    private QueueMessage.Interest Interest(QueueShare share, int slots, IActorRef dispatcher) => new()
    {
        Queue = share.Queue,
        Demand = Id,
        Version = _interestVersion,
        Capability = _latest.Capability,
        Requester = _latest.Requester,
        Dispatcher = new ActorRef(dispatcher),
        Slots = slots,
        Acked = share.Used,
        Shared = IsShared,
        KnownNext = share.Next,
        Asks = IsShared && !share.Heard,
        // Several queues get one place at a time in turn: no single one can say that this was all.
        Once = _latest.Once && !IsShared,
        Served = _latest.Held.Length > 0 || _onTheWay.Count > 0,
    };

    private sealed class QueueShare(QueueId queue)
    {
        public QueueId Queue => queue;

        /// <summary>How many assignments the queue has made for the demand, as far as it said.</summary>
        public long Used { get; set; }

        /// <summary>Rises with every assignment to the demand; the lowest was served longest ago.</summary>
        public long ServedAt { get; set; }

        /// <summary>Whether it has said anything.</summary>
        public bool Heard { get; set; }

        /// <summary>The priority of the next process it has for the demand.</summary>
        public int? Next { get; set; }
    }
}
