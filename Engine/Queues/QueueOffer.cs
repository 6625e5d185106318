using Akka.Actor;
using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>A process that was offered to a demand and has not answered.</summary>
internal sealed class QueueOffer(string id, QueueItem item, QueueLane lane, QueueDemand demand, SlotClaim[] slots, long at)
{
    public string Id => id;

    /// <summary>The process, as its last word described it.</summary>
    public QueueItem Item { get; set; } = item;

    public QueueLane Lane => lane;

    public QueueDemand Demand => demand;

    /// <summary>Who gets the assignment: who said the demand when the offer was made.</summary>
    public IActorRef Requester { get; } = demand.Requester;

    public SlotClaim[] Slots => slots;

    /// <summary>When it was made, in milliseconds of a clock that nobody sets.</summary>
    public long At => at;

    /// <summary>Whether it no longer holds its demand.</summary>
    public bool Late { get; set; }
}
