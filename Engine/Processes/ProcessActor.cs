using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Clocks;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Processes;

/// <summary>One process: keeps its state, its alarm and its queue informed. What may happen stands in the rules.</summary>
internal sealed class ProcessActor : UntypedPersistentActor, IWithTimers
{
    private readonly EngineContext _engine;
    private readonly ProcessId _id;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DeadlineAlarm _alarm;
    private readonly Awaiters _awaiters;
    private readonly AttemptVoice _voice;
    private readonly Assigning _assigning;
    private QueueLink _queue = null!;
    private ProcessState _state = ProcessState.Empty;
    private ProcessCommand.Offer? _offer;
    private string? _damaged;

    public ProcessActor(ProcessId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _alarm = new DeadlineAlarm(engine.Clock, Self);
        _awaiters = new Awaiters(id);
        _voice = new AttemptVoice(id, engine);
        _assigning = new Assigning(id, engine.Store.Read);
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    // Processes take no snapshots; asking for one would only cost a query.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static Props Props(string entityId, EngineContext engine) => EntityProps<ProcessActor>.Of(() => new ProcessActor(ProcessId.Parse(entityId), engine));

    protected override void PreStart()
    {
        _queue = new QueueLink(_id, Context.System, Timers, _engine.Options.Repeat);
        base.PreStart();
    }

    protected override void PostStop()
    {
        _alarm.Dispose();
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
                _awaiters.Forget();
                Passivate();
                break;
            case var _ when _damaged is not null:
                AnswerDamaged(message);
                break;
            case ProcessCommand.Submit when _state.Status == ProcessStatus.None && _engine.Store.Gauge.Refusal() is { } refusal:
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
                _alarm.Rang();
                Act(ProcessRules.Tick(_state, Moment()));
                break;
            case ParentsSeen seen:
                Act(ProcessRules.SeeParents(_state, seen.Parents, Moment()));
                break;
            case HandOver handOver:
                _assigning.Deliver(handOver, _state);
                break;
            case RepeatUnanswered:
                _queue.Repeat();
                break;
            case Status.Failure failure:
                // A read failed; whoever waits for it repeats, and the alarm or a sweep looks again.
                _log.Warning(failure.Cause, "Process {ProcessId} could not reach the store", _id);
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
            _queue.Answer(_state, offer, attempt: 0, noSlot: true);
            return;
        }

        base.OnPersistRejected(cause, @event, sequenceNr);
    }

    private void Recovered()
    {
        if (_damaged is not null)
        {
            _log.Error("Process {ProcessId} is parked: {Reason}", _id, _damaged);
            _engine.Store.Rows.MarkDamagedAsync(_id, _damaged).PipeTo(Self, success: () => RowTouched.Instance);
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
            case Decision.Stays { Repeated: false, Cancel: false } stays:
                _state = stays.State;
                _voice.Hear(c, _state, Done(), sender, Self);
                Settle(announce: false);
                break;
            case Decision.Stays stays:
                sender.Tell(Done() with { Repeated = stays.Repeated, Cancel = stays.Cancel });
                Settle(announce: false);
                break;
            case Decision.Refused refused:
                sender.Tell(Refused(refused.Problem, refused.Message));
                Settle(announce: false);
                break;
        }
    }

    private void Offered(ProcessCommand.Offer c)
    {
        switch (ProcessRules.Decide(_state, c, Moment()))
        {
            case Decision.Happens happens:
                _offer = c;
                Persist(happens.Events, () =>
                {
                    _offer = null;
                    Answered(c);
                });
                break;
            case Decision.Stays:
                Answered(c);
                break;
            default:
                _queue.Answer(_state, c, attempt: 0);
                Settle(announce: false);
                break;
        }
    }

    // An offer may have been applied before, or a limit may have fired instead of it.
    private void Answered(ProcessCommand.Offer c)
    {
        var taken = _state.Status == ProcessStatus.Running && _state.Demand == c.Demand;
        _queue.Answer(_state, c, taken ? _state.Attempt : 0);
        if (taken)
        {
            _assigning.Begin(c.Requester.Ref, _state, Self);
        }
    }

    private void Signalled(ProcessSignal signal)
    {
        switch (signal)
        {
            case ProcessSignal.Wake:
                Act(ProcessRules.Tick(_state, Moment()));
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
            case ProcessSignal.Await when _state.Status.IsFinal() || _state.Status == ProcessStatus.None:
                Sender.Tell(new ProcessSignal.IsFinal { Process = _id, Status = _state.Status });
                Settle(announce: false);
                break;
            case ProcessSignal.Await:
                _awaiters.Add(Sender);
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
                _state = stays.State;
                Settle(announce: false);
                break;
        }
    }

    private void Persist(ImmutableArray<ProcessEvent> events, Action answer)
    {
        var before = _state;
        var left = events.Length;
        PersistAll(events, e =>
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

    private void Keep(ProcessEvent e)
    {
        if (e is ProcessEvent.Submitted submitted)
        {
            _assigning.Spec = submitted.Spec;
        }

        _state = Evolution.Evolve(_state, e);
        _voice.RowWritten(e.NextDeadline);
    }

    // What others have to hear, after it is durable.
    private void Changed(ProcessState before)
    {
        if (!before.Slots.IsEmpty && (_state.Slots.IsEmpty || _state.Attempt != before.Attempt))
        {
            _queue.AttemptOver(before);
        }

        if (before.Status == ProcessStatus.Waiting && _state.Status is not (ProcessStatus.Waiting or ProcessStatus.Running))
        {
            _queue.Dequeue(_state);
        }

        if (_state.Status.IsFinal())
        {
            _awaiters.Tell(_state.Status);
            EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Finished(_id, _state.Status));
        }
        else if (before.Status.IsFinal())
        {
            EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Reopened(_id));
        }

        Settle(announce: before.Status != _state.Status || before.Priority != _state.Priority);
    }

    // Brings alarm, queue and the stay in memory in line with the state.
    private void Settle(bool announce, bool longWait = false)
    {
        _alarm.Set(Deadlines.Next(_state));
        if (_state.Status != ProcessStatus.Waiting)
        {
            _queue.EnqueueDone();
        }
        else if (announce)
        {
            _queue.Enqueue(_state);
        }

        if (announce)
        {
            LookAtParents();
        }

        if (_queue.IsOpen)
        {
            Context.SetReceiveTimeout(null);
        }
        else if (_awaiters.Any)
        {
            Context.SetReceiveTimeout(Awaiters.Keep);
        }
        else if (_state.Status.IsFinal() || (_state.Status == ProcessStatus.Waiting && longWait))
        {
            Passivate();
        }
        else
        {
            Context.SetReceiveTimeout(_state.Status switch
            {
                ProcessStatus.Waiting => _engine.Options.WaitingIdle,
                ProcessStatus.Running when _state.LeaseUntil is not null => null,
                _ => _engine.Options.Idle,
            });
        }
    }

    private void LookAtParents()
    {
        if (_state is { Status: ProcessStatus.Blocked, ParentsDone: false })
        {
            _engine.Store.Read.ParentsAsync(_id).PipeTo(Self, success: rows => new ParentsSeen([.. rows.Select(r => (r.Id, r.Status))]));
        }
    }

    private void Passivate()
    {
        if (!_queue.IsOpen && !_awaiters.Any)
        {
            Context.SetReceiveTimeout(null);
            Context.Parent.Tell(new Passivate(StopQuietly.Instance));
        }
    }

    // Messages may have come between the wish to leave and the shard's consent: what they began must not be forgotten.
    private void Leave()
    {
        if (_queue.IsOpen)
        {
            EngineContext.ProcessRegion(Context.System).Tell(new ProcessSignal.Wake { Process = _id });
        }

        if (_damaged is null && Deadlines.Next(_state) is { } due)
        {
            EngineContext.ClockOf(Context.System).Tell(new DeadlineClock.Due(_id, due));
        }

        Context.Stop(Self);
    }

    private void AnswerDamaged(object message)
    {
        switch (message)
        {
            case ProcessCommand.Offer offer when _state.Queue.Length > 0:
                _queue.Answer(_state, offer, attempt: 0);
                break;
            case ProcessCommand:
                Sender.Tell(Refused(Problem.Damaged, _damaged!));
                break;
        }
    }

    private DateTimeOffset Now() => StoreClock.Whole(_engine.Clock.GetUtcNow());

    private Moment Moment() => new(Now(), Random.Shared.NextDouble());

    private ProcessReply.Done Done() => new() { Process = _id, Status = _state.Status, Attempt = _state.Attempt, LeaseUntil = _state.LeaseUntil };

    private ProcessReply Refused(Problem problem, string message) => new ProcessReply.Refused { Process = _id, Problem = problem, Message = message };
}
