using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What one demand may still get from a queue.</summary>
internal sealed class QueueDemand(QueueMessage.Interest first)
{
    private int _slots;
    private long _acked;

    // Of who says it now; another who said the same demand before may still get what was offered to that one.
    private bool _once;
    private bool _served;
    private bool _given;
    private int _underWay;

    private (IActorRef Requester, HashSet<AttemptRef> Attempts)? _takenAlong;

    public string Id => first.Demand;

    public Capability Capability { get; private set; } = first.Capability;

    public IActorRef Requester { get; private set; } = first.Requester.Ref;

    public IActorRef Dispatcher { get; private set; } = first.Dispatcher.Ref;

    public long Version { get; private set; } = long.MinValue;

    public bool Shared { get; private set; }

    /// <summary>How many assignments the queue has made for it in all.</summary>
    public long Used { get; private set; }

    /// <summary>Offers that hold a place of it.</summary>
    public int InFlight { get; private set; }

    /// <summary>When it was last said, in milliseconds of a clock that nobody sets.</summary>
    public long SeenAt { get; private set; }

    /// <summary>What the dispatcher was told last, or believes: the priority of the next process for it; null for none.</summary>
    public int? SaidNext { get; set; }

    /// <summary>Whether the dispatcher waits to hear what is next, even if it is nothing.</summary>
    public bool Asked { get; set; }

    /// <summary>How many more offers may be made.</summary>
    public int Free => _served ? 0 : (int)Math.Max(0, _slots - (Used - _acked) - InFlight);

    /// <summary>Demands that can take the same; null while it is not known to a matcher.</summary>
    public QueueDemandKind? Kind { get; set; }

    /// <summary>The number under which it stands among the demands with free slots; 0 when it does not.</summary>
    public int ListedFree { get; set; }

    /// <summary>Whether the word is older than what is known already. Each dispatcher counts for itself; one that is heard of anew goes before the last.</summary>
    public bool Knows(QueueMessage.Interest m) => m.Dispatcher.Ref.Equals(Dispatcher) && m.Version < Version;

    /// <summary>Whether the executor can take the same as before.</summary>
    public bool CanDoTheSame(Capability capability) =>
        ReferenceEquals(Capability, capability) || (Capability.Executor == capability.Executor && Kind?.Text == QueueDemandKind.TextOf(capability));

    public void Update(QueueMessage.Interest m, long now)
    {
        SeenAt = now;
        if (!m.Dispatcher.Ref.Equals(Dispatcher))
        {
            Dispatcher = m.Dispatcher.Ref;
            Used = m.Acked;
        }

        if (!m.Requester.Ref.Equals(Requester))
        {
            _given = false;
            _underWay = 0;
        }

        Version = m.Version;
        Shared = m.Shared;
        SaidNext = m.KnownNext;
        Asked = m.Asks;
        Requester = m.Requester.Ref;
        Capability = m.Capability;
        _slots = m.Slots;
        _acked = m.Acked;
        _once = m.Once;
        if (!m.Served && m.Acked >= Used)
        {
            // What it was given got lost on the way and was given back; it still waits.
            _given = false;
        }

        // A queue that starts anew goes on counting where its dispatcher stands.
        Used = Math.Max(Used, _acked);
        WentRound();
    }

    /// <summary>An offer holds a place of it.</summary>
    public void Offered()
    {
        InFlight++;
        _underWay++;
    }

    /// <summary>An offer that was made to this one holds no place any more.</summary>
    public void OfferOver(IActorRef requester)
    {
        InFlight--;
        _underWay -= requester.Equals(Requester) ? 1 : 0;
        WentRound();
    }

    /// <summary>What was there has been offered: a demand that takes once gets no more, unless nothing comes of it.</summary>
    public void WentRound() => _served = _once && (_given || _underWay > 0);

    /// <summary>An offer that was made to this one was taken.</summary>
    public void Assigned(IActorRef requester)
    {
        Used++;
        _given |= requester.Equals(Requester);
        WentRound();
    }

    /// <summary>The demand is over: who said it last has gone, and took these attempts along.</summary>
    public void End(IActorRef requester, IEnumerable<AttemptRef> held) => _takenAlong = (requester, [.. held]);

    /// <summary>Whether an attempt reached nobody: who should get it had gone before. Another who said the same demand may still be there.</summary>
    public bool HasLeft(AttemptRef attempt, IActorRef requester) => _takenAlong is { } taken && taken.Requester.Equals(requester) && !taken.Attempts.Contains(attempt);
}
