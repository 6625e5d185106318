using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Processes;

/// <summary>What a process has to tell its queue, repeated until the queue has answered.</summary>
/// <param name="id">The process.</param>
/// <param name="around">Where the queue and the timers are.</param>
internal sealed class QueueLink(ProcessId id, IProcessSurroundings around)
{
    private const string Timer = "repeat";

    private QueueMessage.Enqueue? _enqueue;
    private QueueMessage.AttemptOver? _attemptOver;

    /// <summary>Whether the queue still owes an answer.</summary>
    public bool IsOpen => _enqueue is not null || _attemptOver is not null;

    /// <summary>It waits.</summary>
    public void Enqueue(ProcessState state)
    {
        _enqueue = new QueueMessage.Enqueue
        {
            Queue = Queue(state),
            Process = id,
            Lane = state.Lane,
            Requirements = state.Requirements,
            Priority = state.Priority,
            Since = state.Place ?? state.WaitingSince!.Value,
            OnConflict = state.OnConflict,
        };
        Tell(_enqueue);
        Schedule();
    }

    /// <summary>The queue has it, or it need no longer know.</summary>
    public void EnqueueDone()
    {
        _enqueue = null;
        Schedule();
    }

    /// <summary>An attempt that held places under limits is over.</summary>
    public void AttemptOver(ProcessState before)
    {
        _attemptOver = new QueueMessage.AttemptOver { Queue = Queue(before), Process = id, Attempt = before.Attempt, Slots = before.Slots };
        Tell(_attemptOver);
        Schedule();
    }

    /// <summary>The queue has heard of the end of an attempt.</summary>
    public void AttemptOverDone(int attempt)
    {
        if (_attemptOver?.Attempt == attempt)
        {
            _attemptOver = null;
            Schedule();
        }
    }

    /// <summary>It left the queue by itself; if this is lost, the next offer is declined.</summary>
    public void Dequeue(ProcessState state) => Tell(new QueueMessage.Dequeue { Queue = Queue(state), Process = id });

    /// <summary>The answer to an offer; if it is lost, the queue offers again.</summary>
    /// <param name="state">The process.</param>
    /// <param name="offer">The offer.</param>
    /// <param name="from">The queue that made it: only that one knows it. Nobody when it has not said who it is.</param>
    /// <param name="attempt">The attempt that was made of it; 0 when it is declined.</param>
    /// <param name="noSlot">Declined because a place was taken.</param>
    public void Answer(ProcessState state, ProcessCommand.Offer offer, IActorRef from, int attempt, bool noSlot = false)
    {
        var answer = new QueueMessage.OfferAnswered
        {
            Queue = Queue(state),
            Process = id,
            Demand = offer.Demand,
            Offer = offer.CommandId,
            Attempt = attempt,
            NoSlot = noSlot,
        };
        if (from.IsNobody() || from is DeadLetterActorRef)
        {
            Tell(answer);
        }
        else
        {
            from.Tell(answer, ActorRefs.NoSender);
        }
    }

    /// <summary>Says again what was not answered.</summary>
    public void Repeat()
    {
        if (_enqueue is not null)
        {
            Tell(_enqueue);
        }

        if (_attemptOver is not null)
        {
            Tell(_attemptOver);
        }
    }

    private QueueId Queue(ProcessState state) => new(id.Namespace, state.Queue);

    private void Tell(QueueMessage message) => around.TellQueue(message);

    private void Schedule()
    {
        if (!IsOpen)
        {
            around.Timers.Cancel(Timer);
        }
        else if (!around.Timers.IsTimerActive(Timer))
        {
            around.Timers.StartPeriodicTimer(Timer, RepeatUnanswered.Instance, around.Options.Repeat);
        }
    }
}
