using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Processes;
using Muster.Engine.Workflows.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Workflows;

/// <summary>One workflow in the cluster: makes its processes, follows their states, and tells them what a cancel or its failure policy asks for.</summary>
/// <remarks>What it knows of the processes it reads from the tables, which are exact; a word to it says only that there is something to read.</remarks>
internal sealed class WorkflowActor : UntypedPersistentActor, IWithTimers
{
    private const string Looking = "look";

    /// <summary>Changes within this time are read together.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(50);

    private readonly WorkflowId _id;
    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Placement _placement;
    private readonly WorkflowAwaiters _awaiters;
    private readonly WorkflowNodes _nodes;
    private WorkflowState _state = WorkflowState.Empty;
    private string? _damaged;
    private string? _missing;
    private int _orders;
    private bool _stuck;
    private bool _looking;
    private bool _lookAgain;

    public WorkflowActor(WorkflowId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _placement = new Placement(id);
        _awaiters = new WorkflowAwaiters(id);
        _nodes = new WorkflowNodes(id, engine.Store.Read, Context.System);
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static Props Props(string entityId, EngineContext engine) => EntityProps<WorkflowActor>.Of(() => new WorkflowActor(WorkflowId.Parse(entityId), engine));

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(_engine.Options.Idle);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case WorkflowEvent e:
                _state = WorkflowEvolution.Evolve(_state, e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted when _damaged is not null:
                _log.Error("Workflow {Workflow} is parked: {Reason}", _id, _damaged);
                break;
            case RecoveryCompleted:
                _placement.Add(_state.Pending);
                Place();
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
            case ReceiveTimeout when !IsBusy:
                Context.Parent.Tell(new Passivate(StopQuietly.Instance));
                break;
            case WorkflowCommand when _damaged is not null:
                Refuse(Sender, Problem.Damaged, _damaged);
                break;
            case WorkflowCommand.Submit when _state.Status == WorkflowStatus.None && _engine.Store.Gauge.Refusal() is { } refusal:
                Refuse(Sender, refusal, refusal == Problem.StorageFull ? "The disk of the store is nearly full; free some space." : "The store is busy; submit it again in a moment.");
                break;
            case WorkflowCommand.AddNode c:
                _nodes.Read(_state, c, Sender).PipeTo(Self);
                break;
            case WorkflowCommand c:
                Decide(c, static _ => ProcessStatus.None, Sender);
                break;
            case Unread m:
                Refuse(m.From, Problem.Busy, m.Why);
                break;
            case Concerned m:
                Decide(m.Command, node => m.Statuses.GetValueOrDefault(_id.Process(node).Id), m.From);
                break;
            case WorkflowSignal.Await when _state.Finished || _state.Status == WorkflowStatus.None:
                Sender.Tell(new WorkflowSignal.IsFinished { Workflow = _id, Status = _state.Status });
                break;
            case WorkflowSignal.Await:
                _awaiters.Add(Sender, Environment.TickCount64);
                break;
            case WorkflowSignal.Look:
                Look();
                break;
            case LookPaused:
                LookIfAsked();
                break;
            case Seen m:
                See(m);
                break;
            case OrdersGiven:
                // What they did is to be seen; those that cannot follow are told again now and then.
                _lookAgain = true;
                Timers.StartSingleTimer(Looking, LookPaused.Instance, _stuck ? _engine.Options.Repeat : TimeSpan.Zero);
                break;
            case StepEnded m:
                End(m);
                break;
            case StepAgain m:
                _placement.Again(m.Step);
                Place();
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Workflow {Workflow} could not read its processes; tried again", _id);
                _lookAgain = true;
                Timers.StartSingleTimer(Looking, LookPaused.Instance, _engine.Options.Repeat);
                break;
        }
    }

    private bool IsBusy => !_placement.IsDone || _looking || _awaiters.Any(Environment.TickCount64);

    private void Decide(WorkflowCommand c, Func<string, ProcessStatus> statusOf, IActorRef sender)
    {
        switch (WorkflowRules.Decide(_state, c, statusOf, Now()))
        {
            case WorkflowDecision.Happens happens:
                PersistAll(happens.Events, e =>
                {
                    var known = _state.Pending.Length;
                    _state = WorkflowEvolution.Evolve(_state, e);
                    _placement.Add([.. _state.Pending.Skip(known)]);
                    Granted(c, repeated: false, sender);
                });
                break;
            case WorkflowDecision.Stays:
                Granted(c, repeated: true, sender);
                break;
            case WorkflowDecision.Refused refused:
                Refuse(sender, refused.Problem, refused.Message);
                break;
        }
    }

    // Durable is the wish; it is answered when the processes have followed.
    private void Granted(WorkflowCommand c, bool repeated, IActorRef sender)
    {
        _awaiters.Add(sender, c is WorkflowCommand.Cancel, repeated, Environment.TickCount64);
        Place();
        Look();
        Answer();
    }

    private void Answer()
    {
        if (_state.Pending.IsEmpty)
        {
            _awaiters.Made(_state.Status, _missing);
        }

        if (_state.Finished)
        {
            _awaiters.Finished(_state.Status);
        }
    }

    private void Place()
    {
        foreach (var (step, command) in _placement.Take())
        {
            _nodes.Ask(command).PipeTo(Self, success: reply => new StepEnded(step, reply), failure: _ => new StepAgain(step));
        }
    }

    private void End(StepEnded m)
    {
        if (m.Reply is ProcessReply.Refused { Problem: Problem.Busy or Problem.StorageFull })
        {
            Timers.StartSingleTimer(m.Step, new StepAgain(m.Step), _engine.Options.Repeat);
            return;
        }

        _placement.Done(m.Step, m.Reply is ProcessReply.Refused);
        if (_placement.IsDone)
        {
            Made(_placement.TakeMissing());
        }
        else
        {
            Place();
        }
    }

    private void Made(ImmutableArray<string> missing)
    {
        ImmutableArray<WorkflowEvent> events = [new WorkflowEvent.Made { At = Now(), CommandId = "", Missing = missing }];
        if (!missing.IsEmpty)
        {
            _missing = $"The process of the node '{missing[0]}' could not be made: another process has its id. Submit the workflow under another id.";
            _log.Warning("Workflow {Workflow} is cancelled: {Reason}", _id, _missing);
            events = events.Add(new WorkflowEvent.CancelRequested { At = Now(), CommandId = "", Reason = _missing });
        }

        PersistAll(events, e =>
        {
            _state = WorkflowEvolution.Evolve(_state, e);
            Answer();
            Look();
        });
    }

    private void Look()
    {
        if (_state.Status == WorkflowStatus.None || _damaged is not null)
        {
            return;
        }

        if (_looking)
        {
            _lookAgain = true;
            return;
        }

        (_looking, _lookAgain) = (true, false);
        _nodes.Look(_state).PipeTo(Self);
    }

    private void See(Seen m)
    {
        if (WorkflowRules.See(_state, m.Counts, Now()) is { } changed)
        {
            Persist(changed, e =>
            {
                _state = WorkflowEvolution.Evolve(_state, e);
                Answer();
                Give(m.Processes);
            });
        }
        else
        {
            Give(m.Processes);
        }
    }

    private void Give(ImmutableArray<NodeProcess> processes)
    {
        var before = _orders;
        var orders = WorkflowRules.Orders(_id, _state, processes, Guid.NewGuid().ToString("N"));
        _orders = orders.Length;
        _stuck = before > 0 && _orders >= before;
        if (orders.IsEmpty)
        {
            Timers.StartSingleTimer(Looking, LookPaused.Instance, LookPause);
            return;
        }

        _nodes.Tell(orders).PipeTo(Self, success: () => OrdersGiven.Instance);
    }

    private void LookIfAsked()
    {
        _looking = false;
        if (_lookAgain)
        {
            Look();
        }
    }

    private void Leave()
    {
        if (IsBusy)
        {
            // What it has begun must not be forgotten: it comes back.
            EngineContext.WorkflowRegion(Context.System).Tell(new WorkflowSignal.Look { Workflow = _id });
        }

        Context.Stop(Self);
    }

    private void Refuse(IActorRef to, Problem problem, string message) => to.Tell(new WorkflowReply.Refused { Workflow = _id, Problem = problem, Message = message });

    private DateTimeOffset Now() => StoreClock.Whole(_engine.Clock.GetUtcNow());
}
