using System.Collections.Immutable;
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
using Muster.Messages.Workflows;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Processes;

/// <summary>One process in the cluster: gives its conduct a journal, a mailbox, an alarm and the store. What may happen stands in the rules.</summary>
internal sealed class ProcessActor : UntypedPersistentActor, IWithTimers, IProcessSurroundings
{
    private readonly EngineContext _engine;
    private readonly ProcessId _id;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DeadlineAlarm _alarm;
    private readonly ProcessConduct _conduct;
    private string? _damaged;

    public ProcessActor(ProcessId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _alarm = new DeadlineAlarm(engine.Clock, Self);
        _conduct = new ProcessConduct(id, this);
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    // Processes take no snapshots; asking for one would only cost a query.
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    Moment IProcessSurroundings.Moment => new(StoreClock.Whole(_engine.Clock.GetUtcNow()), Random.Shared.NextDouble());

    long IProcessSurroundings.Milliseconds => Environment.TickCount64;

    EngineOptions IProcessSurroundings.Options => _engine.Options;

    public static Props Props(string entityId, EngineContext engine) => EntityProps<ProcessActor>.Of(() => new ProcessActor(ProcessId.Parse(entityId), engine));

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
                _conduct.Keep(e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted when _damaged is not null:
                _log.Error("Process {ProcessId} is parked: {Reason}", _id, _damaged);
                _engine.Store.Rows.MarkDamagedAsync(_id, _damaged).PipeTo(Self, success: () => RowTouched.Instance);
                Context.SetReceiveTimeout(_engine.Options.Idle);
                break;
            case RecoveryCompleted:
                _conduct.Recovered();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case var _ when _damaged is not null && message is not (StopQuietly or ReceiveTimeout):
                AnswerDamaged(message);
                break;
            case ProcessCommand.Submit when _conduct.State.Status == ProcessStatus.None && _engine.Store.Gauge.Refusal() is { } refusal:
                Sender.Tell(Refused(refusal, refusal == Problem.StorageFull ? "The disk of the store is nearly full; free some space." : "The store is busy; submit it again in a moment."));
                _conduct.AskToLeave();
                break;
            case DeadlineReached:
                _alarm.Rang();
                _conduct.Receive(message, Sender);
                break;
            case Status.Failure failure:
                // A read failed; whoever waits for it repeats, and the alarm or a sweep looks again.
                _log.Warning(failure.Cause, "Process {ProcessId} could not reach the store", _id);
                break;
            default:
                _conduct.Receive(message, Sender);
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
        if (cause is not SlotTakenException || !_conduct.NoSlot())
        {
            base.OnPersistRejected(cause, @event, sequenceNr);
        }
    }

    void IProcessSurroundings.Persist(ImmutableArray<ProcessEvent> events, Action<ProcessEvent> stored) => PersistAll(events, stored);

    void IProcessSurroundings.WakeAt(DateTimeOffset? at) => _alarm.Set(at);

    void IProcessSurroundings.StayFor(TimeSpan? silence) => Context.SetReceiveTimeout(silence);

    void IProcessSurroundings.AskToLeave() => Context.Parent.Tell(new Passivate(StopQuietly.Instance));

    // Messages may have come between the wish to leave and the shard's consent: what they began must not be forgotten.
    void IProcessSurroundings.Leave(DateTimeOffset? due, bool unanswered)
    {
        if (unanswered)
        {
            EngineContext.ProcessRegion(Context.System).Tell(new ProcessSignal.Wake { Process = _id });
        }

        if (_damaged is null && due is { } time)
        {
            EngineContext.ClockOf(Context.System).Tell(new DeadlineClock.Due(_id, time));
        }

        Context.Stop(Self);
    }

    void IProcessSurroundings.TellQueue(QueueMessage message) => EngineContext.QueueRegion(Context.System).Tell(message);

    void IProcessSurroundings.TellWorkflow(WorkflowId workflow) => EngineContext.WorkflowRegion(Context.System).Tell(new WorkflowSignal.Look { Workflow = workflow });

    void IProcessSurroundings.WakeChildren(ProcessStatus status) => EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Finished(_id, status));

    void IProcessSurroundings.ReopenChildren() => EngineContext.ChildWakerOf(Context.System).Tell(new ChildWaker.Reopened(_id));

    void IProcessSurroundings.ReadParents() =>
        _engine.Store.Read.ParentsAsync(_id).PipeTo(Self, success: rows => new ParentsSeen([.. rows.Select(r => (r.Id, r.Status))]));

    void IProcessSurroundings.ReadForHandOver(IActorRef requester, int attempt, ProcessSpec? known)
    {
        LoadAsync().PipeTo(Self);

        async Task<HandOver> LoadAsync()
        {
            var spec = known ?? await _engine.Store.Read.SpecAsync(_id).ConfigureAwait(false);
            JsonElement? checkpoint = await _engine.Store.Read.CheckpointAsync(_id).ConfigureAwait(false);
            return new HandOver(requester, attempt, spec!, checkpoint);
        }
    }

    void IProcessSurroundings.Touch(RowTouch touch) => WriteAsync(touch).PipeTo(Self, success: () => RowTouched.Instance);

    void IProcessSurroundings.Touch(RowTouch touch, ProcessReply reply, IActorRef to) =>
        WriteAsync(touch).PipeTo(to, Self, success: () => reply, failure: e => Refused(Problem.Busy, e.Message));

    void IProcessSurroundings.AppendLog(ProcessCommand.AppendLog log, ProcessReply reply, IActorRef to) =>
        _engine.Store.Rows.AppendLogAsync(_id, log.Attempt, log.Lines, log.Executor).PipeTo(
            to, Self,
            success: taken => taken ? reply : Refused(Problem.TooMuch, "Too many log lines wait to be written; send them again in a moment."),
            failure: e => Refused(Problem.Busy, e.Message));

    private Task WriteAsync(RowTouch touch) => _engine.Store.Rows.TouchAsync(_id, touch.Due, touch.Checkpoint, touch.Fraction, touch.Text);

    private void AnswerDamaged(object message)
    {
        switch (message)
        {
            case ProcessCommand.Offer offer when _conduct.State.Queue.Length > 0:
                _conduct.Decline(offer, Sender);
                break;
            case ProcessCommand:
                Sender.Tell(Refused(Problem.Damaged, _damaged!));
                break;
        }
    }

    private ProcessReply Refused(Problem problem, string message) => new ProcessReply.Refused { Process = _id, Problem = problem, Message = message };
}
