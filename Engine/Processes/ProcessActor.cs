using System.Text.Json;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Clocks;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.Journal;

namespace Muster.Engine.Processes;

/// <summary>One process: keeps its state, its timer and its queue informed. What may happen stands in the rules.</summary>
internal sealed class ProcessActor : UntypedPersistentActor, IWithTimers
{
    private const string RepeatTimer = "repeat";

    /// <summary>Who waits for the end says so every 5 s; one that did not for twice as long is gone.</summary>
    private static readonly TimeSpan AwaitingFor = TimeSpan.FromSeconds(10);

    private readonly EngineContext _engine;
    private readonly ProcessId _id;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, long> _awaiting = [];
    private ProcessState _state = ProcessState.Empty;
    private ProcessSpec? _spec;
    private string? _damaged;
    private ITimer? _deadlineTimer;
    private DateTimeOffset? _armedFor;
    private DateTimeOffset? _rowDeadline;
    private QueueMessage.Enqueue? _enqueue;
    private QueueMessage.AttemptOver? _attemptOver;
    private (ProcessCommand.Offer Offer, IActorRef Queue)? _offer;

    public ProcessActor(ProcessId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    // Processes take no snapshots; asking for one would only cost a query.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    // By type and values: an expression would be compiled anew for every process.
    public static Props Props(string entityId, EngineContext engine) => Akka.Actor.Props.Create<ProcessActor>(ProcessId.Parse(entityId), engine);

    protected override void PostStop()
    {
        _deadlineTimer?.Dispose();
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case ProcessEvent e:
                Keep(e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted:
                Recovered();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case StopQuietly:
                Leave();
                break;
            case ReceiveTimeout:
                _awaiting.Clear();
                Passivate();
                break;
            case var _ when _damaged is not null:
                AnswerDamaged(message);
                break;
            case ProcessCommand.Submit c when _state.Status == ProcessStatus.None && _engine.Store.Gauge.Refusal() is { } refusal:
                Sender.Tell(Refused(refusal, refusal == Problem.StorageFull ? "The disk of the store is nearly full; free some space." : "The store is busy; submit it again in a moment."));
                Passivate();
                break;
            case ProcessCommand.Offer c:
                Offered(c);
                break;
            case ProcessCommand c:
                Commanded(c);
                break;
            case ProcessSignal s:
                Signalled(s);
                break;
            case DeadlineReached:
                _armedFor = null;
                Act(ProcessRules.Tick(_state, Moment()), null);
                ArmDeadline();
                break;
            case ParentsSeen seen:
                Act(ProcessRules.SeeParents(_state, seen.Parents, Moment()), null);
                ArmDeadline();
                break;
            case HandOver handOver:
                Deliver(handOver);
                break;
            case RepeatUnanswered:
                Repeat();
                break;
            case Status.Failure failure:
                // A read failed; whoever waits for it repeats, and the deadline timer or a sweep looks again.
                _log.Warning(failure.Cause, "Process {ProcessId} could not read from the store", _id);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Warning("Process {ProcessId} could not persist {Event}: {Reason}", _id, @event.GetType().Name, cause.Message);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        if (cause is SlotTakenException && _offer is { } offer)
        {
            _offer = null;
            AnswerOffer(offer.Offer, attempt: 0, noSlot: true);
            return;
        }

        base.OnPersistRejected(cause, @event, sequenceNr);
    }

    private void Recovered()
    {
        if (_damaged is not null)
        {
            _log.Error("Process {ProcessId} is parked: {Reason}", _id, _damaged);
            _engine.Store.Rows.MarkDamagedAsync(_id, _damaged).PipeTo(Self, success: () => RepeatUnanswered.Instance);
            Context.SetReceiveTimeout(_engine.Options.Idle);
            return;
        }

        _state = Deadlines.AfterRecovery(_state, Now());
        Settle(announce: true);
    }

    private void Commanded(ProcessCommand c)
    {
        var sender = Sender;
        switch (ProcessRules.Decide(_state, c, Moment()))
        {
            case Decision.Happens happens:
                Persist(happens.Events, () => sender.Tell(Done()));
                break;
            case Decision.Stays stays:
                _state = stays.State;
                Granted(c, stays, sender);
                break;
            case Decision.Refused refused:
                sender.Tell(Refused(refused.Problem, refused.Message));
                Settle(announce: false);
                break;
        }
    }

    // A heartbeat, progress or log: memory changes, and at most once in a third of the lease the row.
    private void Granted(ProcessCommand c, Decision.Stays stays, IActorRef sender)
    {
        var reply = Done() with { Repeated = stays.Repeated, Cancel = stays.Cancel };
        ArmDeadline();
        if (stays.Repeated || stays.Cancel)
        {
            sender.Tell(reply);
            Settle(announce: false);
            return;
        }

        switch (c)
        {
            case ProcessCommand.AppendLog log:
                TouchRow();
                _engine.Store.Rows.AppendLogAsync(_id, log.Attempt, log.Lines).PipeTo(
                    sender, Self,
                    success: taken => taken ? reply : Refused(Problem.Busy, "Too many log lines wait to be written; send them again in a moment."),
                    failure: e => Refused(Problem.Busy, e.Message));
                break;
            case ProcessCommand.Heartbeat { Checkpoint: { } checkpoint }:
                _rowDeadline = Deadlines.Next(_state);
                _engine.Store.Rows.TouchAsync(_id, _rowDeadline, checkpoint, null, null).PipeTo(
                    sender, Self, success: () => reply, failure: e => Refused(Problem.Busy, e.Message));
                break;
            case ProcessCommand.Progress p:
                _rowDeadline = Deadlines.Next(_state);
                _engine.Store.Rows.TouchAsync(_id, _rowDeadline, null, p.Fraction, p.Message).PipeTo(
                    sender, Self, success: () => reply, failure: e => Refused(Problem.Busy, e.Message));
                break;
            default:
                TouchRow();
                sender.Tell(reply);
                break;
        }
    }

    private void TouchRow()
    {
        var due = Deadlines.Next(_state);
        if (_state.LeaseUntil is not null && (due is null || _rowDeadline is null || due - _rowDeadline >= _state.Limits.Lease / 3))
        {
            _rowDeadline = due;
            _engine.Store.Rows.TouchAsync(_id, due, null, null, null).PipeTo(Self, success: () => RepeatUnanswered.Instance);
        }
    }

    private void Offered(ProcessCommand.Offer c)
    {
        switch (ProcessRules.Decide(_state, c, Moment()))
        {
            case Decision.Happens happens:
                _offer = (c, Sender);
                Persist(happens.Events, () =>
                {
                    _offer = null;
                    if (happens.Events[^1] is ProcessEvent.Assigned)
                    {
                        AnswerOffer(c, _state.Attempt);
                        HandOver(c.Requester.Ref);
                    }
                    else
                    {
                        AnswerOffer(c, attempt: 0);
                    }
                });
                break;
            case Decision.Stays when _state.Status == ProcessStatus.Running && _state.Demand == c.Demand:
                AnswerOffer(c, _state.Attempt);
                HandOver(c.Requester.Ref);
                break;
            default:
                AnswerOffer(c, attempt: 0);
                Settle(announce: false);
                break;
        }
    }

    private void AnswerOffer(ProcessCommand.Offer c, int attempt, bool noSlot = false) => Tell(new QueueMessage.OfferAnswered
    {
        Queue = QueueId(),
        Process = _id,
        Demand = c.Demand,
        Offer = c.CommandId,
        Attempt = attempt,
        NoSlot = noSlot,
    });

    // The first attempt has the spec at hand; a later one reads it again, with what the attempt before left.
    private void HandOver(IActorRef requester)
    {
        if (_spec is not null && _state.Attempt == 1)
        {
            Deliver(new HandOver(requester, _state.Attempt, _spec, null));
            return;
        }

        var attempt = _state.Attempt;
        var known = _spec;
        LoadAsync().PipeTo(Self);

        async Task<HandOver> LoadAsync()
        {
            var spec = known ?? await _engine.Store.Read.SpecAsync(_id).ConfigureAwait(false);
            var checkpoint = await _engine.Store.Read.CheckpointAsync(_id).ConfigureAwait(false);
            return new HandOver(requester, attempt, spec!, checkpoint);
        }
    }

    private void Deliver(HandOver handOver)
    {
        _spec = null;
        if (_state.Status != ProcessStatus.Running || _state.Attempt != handOver.Attempt)
        {
            return;
        }

        handOver.Requester.Tell(new ProcessSignal.Assignment
        {
            Process = _id,
            Demand = _state.Demand!,
            Attempt = _state.Attempt,
            Spec = handOver.Spec,
            LeaseUntil = _state.LeaseUntil,
            ExecUntil = _state.ExecUntil,
            Checkpoint = handOver.Checkpoint,
        });
    }

    private void Signalled(ProcessSignal signal)
    {
        switch (signal)
        {
            case ProcessSignal.Wake:
                Act(ProcessRules.Tick(_state, Moment()), null);
                LookAtParents();
                break;
            case ProcessSignal.LookAtParents:
                LookAtParents();
                break;
            case ProcessSignal.Enqueued enqueued:
                _enqueue = null;
                ScheduleRepeat();
                Settle(announce: false, longWait: enqueued.LongWait);
                break;
            case ProcessSignal.EndNoted noted when noted.Attempt == _attemptOver?.Attempt:
                _attemptOver = null;
                ScheduleRepeat();
                Settle(announce: false);
                break;
            case ProcessSignal.Await when _state.Status.IsFinal() || _state.Status == ProcessStatus.None:
                Sender.Tell(new ProcessSignal.IsFinal { Process = _id, Status = _state.Status });
                Settle(announce: false);
                break;
            case ProcessSignal.Await:
                Awaited();
                break;
        }
    }

    private void Awaited()
    {
        var now = Environment.TickCount64;
        foreach (var gone in _awaiting.Where(a => now - a.Value > AwaitingFor.TotalMilliseconds).Select(a => a.Key).ToList())
        {
            _awaiting.Remove(gone);
        }

        _awaiting[Sender] = now;
        Settle(announce: false);
    }

    private void Act(Decision decision, Action? after)
    {
        switch (decision)
        {
            case Decision.Happens happens:
                Persist(happens.Events, after);
                break;
            case Decision.Stays stays:
                _state = stays.State;
                Settle(announce: false);
                break;
        }
    }

    private void Persist(IReadOnlyList<ProcessEvent> events, Action? after)
    {
        var before = _state;
        var left = events.Count;
        PersistAll(events, e =>
        {
            Keep(e);
            if (--left > 0)
            {
                return;
            }

            after?.Invoke();
            Changed(before, events);
        });
    }

    private void Keep(ProcessEvent e)
    {
        if (e is ProcessEvent.Submitted submitted)
        {
            _spec = submitted.Spec;
        }

        _state = Evolution.Evolve(_state, e);
        _rowDeadline = e.NextDeadline;
    }

    // What others have to hear, after it is durable.
    private void Changed(ProcessState before, IReadOnlyList<ProcessEvent> events)
    {
        var ended = events.OfType<ProcessEvent.AttemptEnded>().FirstOrDefault();
        if (!before.Slots.IsEmpty && _state.Slots.IsEmpty && before.Status == ProcessStatus.Running)
        {
            _attemptOver = new QueueMessage.AttemptOver { Queue = QueueId(), Process = _id, Attempt = before.Attempt, Slots = before.Slots };
            Tell(_attemptOver);
        }

        if (before.Status == ProcessStatus.Waiting && _state.Status is not (ProcessStatus.Waiting or ProcessStatus.Running))
        {
            Tell(new QueueMessage.Dequeue { Queue = QueueId(), Process = _id });
        }

        if (_state.Status.IsFinal())
        {
            foreach (var waiting in _awaiting.Keys)
            {
                waiting.Tell(new ProcessSignal.IsFinal { Process = _id, Status = _state.Status });
            }

            _awaiting.Clear();
            EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Finished(_id, _state.Status));
        }
        else if (before.Status.IsFinal())
        {
            EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Reopened(_id));
        }

        var newlyWaiting = _state.Status == ProcessStatus.Waiting && (before.Status != ProcessStatus.Waiting || before.Priority != _state.Priority || ended is not null);
        Settle(announce: newlyWaiting || (_state.Status == ProcessStatus.Blocked && before.Status != ProcessStatus.Blocked));
    }

    // Brings timers, the queue and the stay in memory in line with the state.
    private void Settle(bool announce, bool longWait = false)
    {
        ArmDeadline();
        if (_state.Status != ProcessStatus.Waiting)
        {
            _enqueue = null;
        }
        else if (announce)
        {
            _enqueue = new QueueMessage.Enqueue
            {
                Queue = QueueId(),
                Process = _id,
                Lane = _state.Lane,
                Requirements = _state.Requirements,
                Priority = _state.Priority,
                Since = _state.WaitingSince!.Value,
                OnConflict = _state.OnConflict,
            };
            Tell(_enqueue);
        }

        if (announce && _state.Status == ProcessStatus.Blocked)
        {
            LookAtParents();
        }

        ScheduleRepeat();
        if (_enqueue is not null || _attemptOver is not null)
        {
            Context.SetReceiveTimeout(null);
            return;
        }

        if (_awaiting.Count > 0)
        {
            Context.SetReceiveTimeout(AwaitingFor);
            return;
        }

        switch (_state.Status)
        {
            case var status when status.IsFinal():
            case ProcessStatus.Waiting when longWait:
                Passivate();
                break;
            case ProcessStatus.Waiting:
                Context.SetReceiveTimeout(_engine.Options.WaitingIdle);
                break;
            case ProcessStatus.Running when _state.LeaseUntil is not null:
                Context.SetReceiveTimeout(null);
                break;
            default:
                Context.SetReceiveTimeout(_engine.Options.Idle);
                break;
        }
    }

    private void LookAtParents()
    {
        if (_state is not { Status: ProcessStatus.Blocked, ParentsDone: false })
        {
            return;
        }

        _engine.Store.Read.ParentsAsync(_id).PipeTo(Self, success: rows => new ParentsSeen([.. rows.Select(r => (r.Id, r.Status))]));
    }

    private void ScheduleRepeat()
    {
        if (_enqueue is null && _attemptOver is null)
        {
            Timers.Cancel(RepeatTimer);
        }
        else if (!Timers.IsTimerActive(RepeatTimer))
        {
            Timers.StartPeriodicTimer(RepeatTimer, RepeatUnanswered.Instance, _engine.Options.Repeat);
        }
    }

    private void Repeat()
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

    private void ArmDeadline()
    {
        var due = Deadlines.Next(_state);
        if (due == _armedFor)
        {
            return;
        }

        _deadlineTimer?.Dispose();
        _deadlineTimer = null;
        _armedFor = due;
        if (due is null)
        {
            return;
        }

        var self = Self;
        _deadlineTimer = _engine.Clock.WakeAt(due.Value, () => self.Tell(DeadlineReached.Instance));
    }

    private void Passivate()
    {
        if (_enqueue is not null || _attemptOver is not null || _awaiting.Count > 0)
        {
            // What is under way brings it here again.
            return;
        }

        Context.SetReceiveTimeout(null);
        Context.Parent.Tell(new Passivate(StopQuietly.Instance));
    }

    // Messages may have come between the wish to leave and the shard's consent: what they began must not be forgotten.
    private void Leave()
    {
        if (_damaged is null)
        {
            if (_enqueue is not null || _attemptOver is not null)
            {
                EngineContext.ProcessRegion(Context.System).Tell(new ProcessSignal.Wake { Process = _id });
            }

            if (Deadlines.Next(_state) is { } due)
            {
                EngineContext.ClockOf(Context.System).Tell(new DeadlineClock.Due(_id, due));
            }
        }

        Context.Stop(Self);
    }

    private void AnswerDamaged(object message)
    {
        switch (message)
        {
            case ProcessCommand.Offer offer when _state.Queue.Length > 0:
                AnswerOffer(offer, attempt: 0);
                break;
            case ProcessCommand:
                Sender.Tell(Refused(Problem.Damaged, _damaged!));
                break;
        }
    }

    private void Tell(QueueMessage message) => EngineContext.QueueRegion(Context.System).Tell(message);

    private QueueId QueueId() => new(_id.Namespace, _state.Queue);

    private DateTimeOffset Now() => Persistence.StoreClock.Whole(_engine.Clock.GetUtcNow());

    private Moment Moment() => new(Now(), Random.Shared.NextDouble());

    private ProcessReply.Done Done() => new() { Process = _id, Status = _state.Status, Attempt = _state.Attempt, LeaseUntil = _state.LeaseUntil };

    private ProcessReply Refused(Problem problem, string message) => new ProcessReply.Refused { Process = _id, Problem = problem, Message = message };
}
