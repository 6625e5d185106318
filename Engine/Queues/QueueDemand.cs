using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What one demand may still get from a queue.</summary>
internal sealed class QueueDemand(QueueMessage.Interest first)
{
    private readonly HashSet<string> _takes = [];

    private HashSet<AttemptRef>? _takenAlong;

    public string Id => first.Demand;

    public Capability Capability => first.Capability;

    public IActorRef Requester { get; private set; } = first.Requester.Ref;

    public IActorRef Dispatcher { get; private set; } = first.Dispatcher.Ref;

    public long Version { get; private set; }

    public bool Shared { get; private set; }

    /// <summary>How many assignments the queue has made for it in all.</summary>
    public long Used { get; private set; }

    /// <summary>Offers that hold a place of it.</summary>
    public int InFlight { get; set; }

    /// <summary>What the dispatcher was told last, or believes: the priority of the next process for it; null for none.</summary>
    public int? SaidNext { get; set; }

    private int _slots;
    private long _acked;

    /// <summary>How many more offers may be made.</summary>
    public int Free => (int)Math.Max(0, _slots - (Used - _acked) - InFlight);

    public bool Update(QueueMessage.Interest m)
    {
        if (m.Version < Version)
        {
            return false;
        }

        Version = m.Version;
        Shared = m.Shared;
        SaidNext = m.KnownNext;
        Requester = m.Requester.Ref;
        Dispatcher = m.Dispatcher.Ref;
        _slots = m.Slots;
        _acked = m.Acked;
        // A queue that starts anew goes on counting where its dispatcher stands.
        Used = Math.Max(Used, _acked);
        return true;
    }

    public void Assigned() => Used++;

    /// <summary>The demand is over; these attempts it took along.</summary>
    public void End(IEnumerable<AttemptRef> held) => _takenAlong = [.. held];

    /// <summary>Whether an attempt reached nobody: its demand was over before.</summary>
    public bool HasLeft(AttemptRef attempt) => _takenAlong is { } taken && !taken.Contains(attempt);

    public bool Takes(QueueLane lane) => _takes.Contains(lane.Name);

    public void Look(QueueLane lane)
    {
        if (lane.Requirements.CanBeTakenBy(Capability))
        {
            _takes.Add(lane.Name);
        }
    }

    public void Forget(QueueLane lane) => _takes.Remove(lane.Name);
}
