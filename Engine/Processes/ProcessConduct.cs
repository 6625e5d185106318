using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Engine.Processes;

/// <summary>What a process does with each message, beyond what the rules decide: whom it tells, when it wakes, how long it stays in memory.</summary>
/// <remarks>Single-threaded, for one actor or one simulation. Knows no actor system, no store and no clock but its surroundings.</remarks>
internal sealed class ProcessConduct
{
    /// <summary>An offer that brought the process into memory is heard well before this.</summary>
    private static readonly TimeSpan AnnounceAfter = TimeSpan.FromMilliseconds(50);

    private readonly ProcessId _id;
    private readonly IProcessSurroundings _around;
    private readonly Awaiters _awaiters;
    private readonly AttemptVoice _voice;
    private readonly Assigning _assigning;
    private readonly QueueLink _queue;
    private (ProcessCommand.Offer Command, IActorRef From)? _offer;
    private bool _reopened;

    public ProcessConduct(ProcessId id, IProcessSurroundings around)
    {
        _id = id;
        _around = around;
        _awaiters = new Awaiters(id);
        _voice = new AttemptVoice(around);
        _assigning = new Assigning(id, around);
        _queue = new QueueLink(id, around);
    }

    public ProcessState State { get; private set; } = ProcessState.Empty;

    /// <summary>Takes an event over that is durable.</summary>
    public void Keep(ProcessEvent e)
    {
        if (e is ProcessEvent.Submitted submitted)
        {
            _assigning.Spec = submitted.Spec;
        }

        _reopened = e is ProcessEvent.Reopened;
        State = Evolution.Evolve(State, e);
        _voice.RowWritten(e.NextDeadline);
    }

    /// <summary>All events have been replayed.</summary>
    public void Recovered()
    {
        State = Deadlines.AfterRecovery(State, _around.Moment.Now);
        if (_reopened)
        {
            // Who stored that may have died before its children heard of it.
            _around.ReopenChildren();
        }

        if (State.Status == ProcessStatus.Waiting)
        {
            // Mostly it is an offer that it was read for. Then its queue knows of it.
            _around.Timers.StartSingleTimer("announce", Announce.Instance, AnnounceAfter);
        }

        Settle(announce: State.Status != ProcessStatus.Waiting);
    }

    /// <summary>Hears a message.</summary>
    public void Receive(object message, IActorRef sender)
    {
        switch (message)
        {
            case StopQuietly:
                _around.Leave(Deadlines.Next(State), _queue.IsOpen);
                break;
            case ReceiveTimeout:
                _awaiters.Forget();
                AskToLeave();
                break;
            case ProcessCommand.Offer c:
                Offered(c, sender);
                break;
            case ProcessCommand c:
                Commanded(c, sender);
                break;
            case ProcessSignal s:
                Signalled(s, sender);
                break;
            case DeadlineReached:
                Act(ProcessRules.Tick(State, _around.Moment));
                break;
            case ParentsSeen seen:
                Act(ProcessRules.SeeParents(State, seen.Parents, _around.Moment));
                break;
            case HandOver handOver:
                _assigning.Deliver(handOver, State);
                break;
            case Announce:
                Settle(announce: State.Status == ProcessStatus.Waiting);
                break;
            case RepeatUnanswered:
                _queue.Repeat();
                break;
        }
    }

    /// <summary>The store did not take an assignment, because a place that it claims is taken. False when nothing was being assigned.</summary>
    public bool NoSlot()
    {
        if (_offer is not { } offer)
        {
            return false;
        }

        _offer = null;
        _queue.Answer(State, offer.Command, offer.From, attempt: 0, noSlot: true);
        return true;
    }

    /// <summary>Declines an offer, whatever the state.</summary>
    public void Decline(ProcessCommand.Offer offer, IActorRef from) => _queue.Answer(State, offer, from, attempt: 0);

    /// <summary>Asks to leave memory, unless somebody still needs it there.</summary>
    public void AskToLeave()
    {
        if (!_queue.IsOpen && !_awaiters.Any)
        {
            _around.StayFor(null);
            _around.AskToLeave();
        }
    }

    private void Commanded(ProcessCommand c, IActorRef sender)
    {
        switch (ProcessRules.Decide(State, c, _around.Moment))
        {
            case Decision.Happens happens:
                Persist(happens.Events, () => sender.Tell(Done()));
                break;
            case Decision.Stays { Repeated: false, Cancel: false } stays:
                State = stays.State;
                _voice.Hear(c, State, Done(), sender);
                Settle(announce: false);
                break;
            case Decision.Stays stays:
                sender.Tell(Done() with { Repeated = stays.Repeated, Cancel = stays.Cancel });
                Settle(announce: false);
                break;
            case Decision.Refused refused:
                sender.Tell(new ProcessReply.Refused { Process = _id, Problem = refused.Problem, Message = refused.Message });
                Settle(announce: false);
                break;
        }
    }

    private void Offered(ProcessCommand.Offer c, IActorRef from)
    {
        switch (ProcessRules.Decide(State, c, _around.Moment))
        {
            case Decision.Happens happens:
                _offer = (c, from);
                Persist(happens.Events, () =>
                {
                    _offer = null;
                    Answered(c, from);
                });
                break;
            case Decision.Stays:
                Answered(c, from);
                break;
            default:
                Decline(c, from);
                Settle(announce: false);
                break;
        }
    }

    // An offer may have been applied before, or a limit may have fired instead of it.
    private void Answered(ProcessCommand.Offer c, IActorRef from)
    {
        var taken = State.Status == ProcessStatus.Running && State.Demand == c.Demand;
        _queue.Answer(State, c, from, taken ? State.Attempt : 0);
        if (taken)
        {
            _assigning.Begin(c.Requester.Ref, State);
        }
    }

    private void Signalled(ProcessSignal signal, IActorRef sender)
    {
        switch (signal)
        {
            case ProcessSignal.Wake:
                Act(ProcessRules.Tick(State, _around.Moment));
                LookAtParents();
                break;
            case ProcessSignal.LookAtParents:
                LookAtParents();
                break;
            case ProcessSignal.Enqueued enqueued:
                _queue.EnqueueDone();
                Settle(announce: false, longWait: enqueued.LongWait);
                break;
            case ProcessSignal.EndNoted noted:
                _queue.AttemptOverDone(noted.Attempt);
                Settle(announce: false);
                break;
            case ProcessSignal.Await when State.Status.IsFinal() || State.Status == ProcessStatus.None:
                sender.Tell(new ProcessSignal.IsFinal { Process = _id, Status = State.Status });
                Settle(announce: false);
                break;
            case ProcessSignal.Await:
                _awaiters.Add(sender, _around.Milliseconds);
                Settle(announce: false);
                break;
        }
    }

    private void Act(Decision decision)
    {
        switch (decision)
        {
            case Decision.Happens happens:
                Persist(happens.Events, static () => { });
                break;
            case Decision.Stays stays:
                State = stays.State;
                Settle(announce: false);
                break;
        }
    }

    private void Persist(ImmutableArray<ProcessEvent> events, Action answer)
    {
        var before = State;
        var left = events.Length;
        _around.Persist(events, e =>
        {
            Keep(e);
            if (--left == 0)
            {
                // The queue hears of it first: who has its answer may ask for work at once.
                Changed(before);
                answer();
            }
        });
    }

    // What others have to hear, after it is durable.
    private void Changed(ProcessState before)
    {
        if (!before.Slots.IsEmpty && (State.Slots.IsEmpty || State.Attempt != before.Attempt))
        {
            _queue.AttemptOver(before);
        }

        if (before.Status == ProcessStatus.Waiting && State.Status is not (ProcessStatus.Waiting or ProcessStatus.Running))
        {
            _queue.Dequeue(State);
        }

        if (State.Status.IsFinal())
        {
            _awaiters.Tell(State.Status);
            _around.WakeChildren(State.Status);
        }
        else if (before.Status.IsFinal())
        {
            _around.ReopenChildren();
        }

        if (State.Workflow is { } workflow && Matters(before.Status) != Matters(State.Status))
        {
            _around.TellWorkflow(new WorkflowId(_id.Namespace, workflow));
        }

        Settle(announce: before.Status != State.Status || before.Priority != State.Priority || before.NewParents != State.NewParents);
    }

    // To a workflow it is the same why a process does not run yet.
    private static ProcessStatus Matters(ProcessStatus status) => status is ProcessStatus.None or ProcessStatus.Blocked ? ProcessStatus.Waiting : status;

    // Brings alarm, queue and the stay in memory in line with the state.
    private void Settle(bool announce, bool longWait = false)
    {
        _around.WakeAt(Deadlines.Next(State));
        if (State.Status != ProcessStatus.Waiting)
        {
            _queue.EnqueueDone();
        }
        else if (announce)
        {
            _queue.Enqueue(State);
        }

        if (announce)
        {
            LookAtParents();
        }

        if (_queue.IsOpen)
        {
            _around.StayFor(null);
        }
        else if (_awaiters.Any)
        {
            _around.StayFor(Awaiters.Keep);
        }
        else if (State.Status.IsFinal() || (State.Status == ProcessStatus.Waiting && longWait))
        {
            AskToLeave();
        }
        else
        {
            _around.StayFor(State.Status switch
            {
                ProcessStatus.Waiting => _around.Options.WaitingIdle,
                ProcessStatus.Running when State.LeaseUntil is not null => null,
                _ => _around.Options.Idle,
            });
        }
    }

    private void LookAtParents()
    {
        if (State is { Status: ProcessStatus.Blocked, ParentsDone: false })
        {
            _around.ReadParents();
        }
    }

    private ProcessReply.Done Done() => new() { Process = _id, Status = State.Status, Attempt = State.Attempt, LeaseUntil = State.LeaseUntil };
}
