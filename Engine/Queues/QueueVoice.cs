using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What a queue says: to processes, to dispatchers, and to those who asked for work.</summary>
/// <param name="id">The queue.</param>
/// <param name="book">What it knows.</param>
/// <param name="around">Where they are.</param>
internal sealed class QueueVoice(QueueId id, QueueBook book, IQueueSurroundings around)
{
    /// <summary>Offers processes to those who can take them.</summary>
    public void Offer(IReadOnlyCollection<QueueOffer> matched)
    {
        // Who asked hears first how many are under way: it may not take the first that comes for all that there is.
        foreach (var offers in matched.CountBy(o => o.Demand))
        {
            Offering(offers.Key, offers.Value);
        }

        foreach (var offer in matched)
        {
            WayTo(offer.Item).Tell(
                new ProcessCommand.Offer
                {
                    Process = offer.Item.Id,
                    CommandId = offer.Id,
                    By = offer.Demand.Capability.Executor,
                    Demand = offer.Demand.Id,
                    Executor = offer.Demand.Capability.Executor,
                    Requester = new ActorRef(offer.Requester),
                    Slots = [.. offer.Slots],
                },
                around.Self);
        }
    }

    /// <summary>Tells who asked by how much the number of offers under way for it has changed.</summary>
    public void Offering(QueueDemand demand, int change) =>
        demand.Requester.Tell(new DispatcherMessage.Offering { DemandId = demand.Id, Queue = id, Change = change });

    /// <summary>Tells the dispatcher how many places are used, and what comes next. A demand that several queues serve gives its places to one at a time by that.</summary>
    /// <param name="demand">The demand.</param>
    /// <param name="given">The attempt that took a place just now.</param>
    /// <param name="to">Who got it.</param>
    public void Report(QueueDemand demand, AttemptRef? given = null, IActorRef? to = null)
    {
        demand.SaidNext = demand.Shared ? book.NextFor(demand) : null;
        demand.Asked = false;
        demand.Dispatcher.Tell(new DispatcherMessage.Report
        {
            DemandId = demand.Id,
            Queue = id,
            Used = demand.Used,
            Given = given,
            To = to is null ? null : new ActorRef(to),
            Next = demand.SaidNext,
        });
    }

    /// <summary>Gives back an attempt whose worker had gone when it was assigned.</summary>
    public void GiveBack(AttemptRef attempt) => around.Processes.Tell(new ProcessCommand.Release
    {
        Process = attempt.Process,
        CommandId = $"left-{attempt.Attempt}",
        Attempt = attempt.Attempt,
        Reason = "Who asked for it was gone.",
        Undelivered = true,
    });

    /// <summary>Sends commands to their processes.</summary>
    public void Tell(IEnumerable<ProcessCommand> commands)
    {
        foreach (var command in commands)
        {
            around.Processes.Tell(command);
        }
    }

    // Two actors fewer than by its shard, while it is surely in memory. An offer that finds nobody is made again.
    private IActorRef WayTo(QueueItem item) =>
        item.Home is { } home && around.Milliseconds - item.SaidAt < (long)(around.Options.WaitingIdle / 3).TotalMilliseconds ? home : around.Processes;
}
