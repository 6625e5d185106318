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

    private readonly Dictionary<string, QueueShare> _queues;

    // Reported by a queue and not yet mentioned by the worker; and the other way round, for reports that come later than the worker's word.
    private readonly Dictionary<AttemptRef, long> _onTheWay = [];
    private readonly Dictionary<AttemptRef, long> _mentionedEarly = [];
    private DispatcherMessage.Demand _latest;
    private bool _fresh = true;
    private long _forgotAt;
    private long _interestVersion;

    public DispatcherDemand(DispatcherMessage.Demand first)
    {
        _latest = first;
        _queues = first.Queues.Distinct(StringComparer.Ordinal).ToDictionary(q => q, q => new QueueShare(new QueueId(first.Namespace, q)));
    }

    public string Id => _latest.DemandId;

    public string Executor => _latest.Capability.Executor;

    public long SeenAt { get; private set; }

    /// <summary>Whether several queues serve it.</summary>
    public bool IsShared => _queues.Count > 1;

    public bool Update(DispatcherMessage.Demand m, long now)
    {
        if (!_fresh && m.Version <= _latest.Version)
        {
            return false;
        }

        _fresh = false;
        _latest = m;
        SeenAt = now;
        foreach (var attempt in m.Held)
        {
            Mention(attempt, now);
        }

        foreach (var attempt in m.Finished)
        {
            Mention(attempt, now);
        }

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

    public void Reported(DispatcherMessage.Report m, long now)
    {
        if (!_queues.TryGetValue(m.Queue.Name, out var share))
        {
            return;
        }

        share.Used = Math.Max(share.Used, m.Used);
        share.Next = m.Next;
        if (m.Given is { } given && !_mentionedEarly.Remove(given))
        {
            _onTheWay[given] = now;
        }
    }

    /// <summary>Assignments that never reached their worker; they are no longer counted.</summary>
    public IReadOnlyList<AttemptRef> Lost(long now)
    {
        var lost = _onTheWay.Where(e => now - e.Value > LostAfterMs).Select(e => e.Key).ToList();
        lost.ForEach(a => _onTheWay.Remove(a));
        return lost;
    }

    /// <summary>What each queue is to be told now.</summary>
    public IEnumerable<QueueMessage.Interest> Grants(IActorRef dispatcher)
    {
        var free = Math.Max(0, _latest.Free - _onTheWay.Count);
        _interestVersion++;
        if (_queues.Count == 1)
        {
            foreach (var share in _queues.Values)
            {
                yield return Interest(share, free, dispatcher);
            }

            yield break;
        }

        // The best priority goes first; with several queues that have work, one place at a time.
        var busy = _queues.Values.Where(q => q.Next is not null).OrderByDescending(q => q.Next).ToList();
        foreach (var share in _queues.Values)
        {
            var slots = busy.Count > 0 && share == busy[0] ? (busy.Count == 1 ? free : Math.Min(1, free)) : 0;
            yield return Interest(share, slots, dispatcher);
        }
    }

    public IEnumerable<QueueMessage.Interest> Withdrawals(IActorRef dispatcher)
    {
        _interestVersion++;
        return _queues.Values.Select(share => Interest(share, 0, dispatcher) with { Gone = true, Held = _latest.Gone ? _latest.Held : [] });
    }

    private void Mention(AttemptRef attempt, long now)
    {
        if (!_onTheWay.Remove(attempt))
        {
            _mentionedEarly[attempt] = now;
        }
    }

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
    };

    private sealed class QueueShare(QueueId queue)
    {
        public QueueId Queue => queue;

        /// <summary>How many assignments the queue has made for the demand, as far as it said.</summary>
        public long Used { get; set; }

        /// <summary>The priority of the next process it has for the demand.</summary>
        public int? Next { get; set; }
    }
}
