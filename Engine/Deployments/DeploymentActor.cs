using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Deployments.Rules;
using Muster.Engine.Processes;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Deployments;

/// <summary>One deployment in the cluster: what is wanted. What is, and how it becomes what is wanted, is the reconciler's.</summary>
internal sealed class DeploymentActor : UntypedPersistentActor
{
    private readonly DeploymentId _id;
    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private DeploymentState _state = DeploymentState.Empty;
    private string? _damaged;

    public DeploymentActor(DeploymentId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static Props Props(string entityId, EngineContext engine)
    {
        var id = ProcessId.Parse(entityId);
        return EntityProps<DeploymentActor>.Of(() => new DeploymentActor(new DeploymentId(id.Namespace, id.Id), engine));
    }

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(_engine.Options.Idle);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case DeploymentEvent e:
                _state = _state.Evolve(e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted when _damaged is not null:
                _log.Error("Deployment {Deployment} cannot be changed: {Reason}", _id, _damaged);
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(StopQuietly.Instance));
                break;
            case StopQuietly:
                Context.Stop(Self);
                break;
            case DeploymentCommand when _damaged is not null:
                Sender.Tell(Refused(Problem.Damaged, _damaged));
                break;
            case DeploymentCommand c:
                Decide(c, Sender);
                break;
        }
    }

    private void Decide(DeploymentCommand command, IActorRef sender)
    {
        var existed = _state.Spec is not null;
        switch (DeploymentRules.Decide(_state, command, StoreClock.Whole(_engine.Clock.GetUtcNow())))
        {
            case DeploymentOutcome.Refused refused:
                sender.Tell(Refused(refused.Problem, refused.Message));
                break;
            case DeploymentOutcome.IsSo:
                sender.Tell(Done(existed, changed: false));
                break;
            case DeploymentOutcome.Happens happens:
                Persist(happens.Event, e =>
                {
                    _state = _state.Evolve(e);
                    sender.Tell(Done(existed, changed: true));
                    EngineContext.ReconcilerOf(Context.System).Tell(new ReconcilerMessage.Look());
                    if (e is DeploymentEvent.Removed)
                    {
                        // Whoever makes one of this name again must not read the whole life of this one; the last event holds the numbers.
                        DeleteMessages(LastSequenceNr - 1);
                    }
                });
                break;
        }
    }

    private DeploymentReply.Done Done(bool existed, bool changed) =>
        new() { Deployment = _id, Existed = existed, Changed = changed, Revision = _state.Revision, Version = _state.Version };

    private DeploymentReply.Refused Refused(Problem problem, string message) =>
        new() { Deployment = _id, Problem = problem, Message = message, Revision = _state.Revision, Version = _state.Version };
}
