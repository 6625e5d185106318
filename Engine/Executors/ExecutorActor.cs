using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Executors;

/// <summary>One registered executor: its identity and what it can do. Seeing it is a column, written at most once a minute.</summary>
internal sealed class ExecutorActor : UntypedPersistentActor
{
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleStop = TimeSpan.FromMinutes(5);

    private readonly ExecutorId _id;
    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Capability? _capability;
    private string? _lastCommand;
    private DateTimeOffset? _seenAt;

    public ExecutorActor(ExecutorId id, EngineContext engine)
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
        return Akka.Actor.Props.Create<ExecutorActor>(new ExecutorId(id.Namespace, id.Id), engine);
    }

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(IdleStop);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        if (message is ExecutorEvent e)
        {
            Keep(e);
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(Stop.Instance));
                break;
            case Stop:
                Context.Stop(Self);
                break;
            case ExecutorCommand c when c.CommandId == _lastCommand:
                Sender.Tell(Done(existed: true));
                break;
            case ExecutorCommand.Register c:
                Register(c);
                break;
            case ExecutorCommand.Seen when _capability is not null:
                Seen();
                break;
            case ExecutorCommand.Remove c when _capability is not null:
                var sender = Sender;
                Persist(new ExecutorEvent.Removed { At = Now(), CommandId = c.CommandId, By = c.By }, e =>
                {
                    Keep(e);
                    sender.Tell(Done(existed: true));
                    _engine.Store.Read.RunningOfExecutorAsync(_id.Namespace, _id.Id).PipeTo(Self, success: rows => new Holds(rows));
                });
                break;
            case ExecutorCommand:
                Sender.Tell(new ExecutorReply.Refused { Executor = _id, Problem = Problem.NotFound, Message = $"There is no executor {_id.Id} in namespace {_id.Namespace}. Register it first." });
                break;
            case Holds m:
                GiveBack(m.Attempts);
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Executor {Executor} could not reach the store", _id);
                break;
        }
    }

    private void Register(ExecutorCommand.Register c)
    {
        var sender = Sender;
        var existed = _capability is not null;
        Persist(new ExecutorEvent.Registered { At = Now(), CommandId = c.CommandId, By = c.By, Capability = c.Capability }, e =>
        {
            Keep(e);
            sender.Tell(Done(existed));
        });
    }

    private void Seen()
    {
        var now = Now();
        if (_seenAt is { } seen && now - seen < SeenEvery)
        {
            Sender.Tell(Done(existed: true));
            return;
        }

        _seenAt = now;
        _engine.Store.Rows.TouchExecutorAsync(_id.Namespace, _id.Id, now).PipeTo(
            Sender, Self,
            success: () => Done(existed: true),
            failure: e => new ExecutorReply.Refused { Executor = _id, Problem = Problem.Busy, Message = e.Message });
    }

    // Its owner took it away; what it held runs elsewhere and is not counted.
    private void GiveBack(IReadOnlyList<RunningRow> attempts)
    {
        var region = EngineContext.ProcessRegion(Context.System);
        foreach (var attempt in attempts)
        {
            region.Tell(new ProcessCommand.Release
            {
                Process = attempt.Id,
                CommandId = $"removed-{attempt.Attempt}",
                Attempt = attempt.Attempt,
                Reason = $"Its executor {_id.Id} was removed.",
            });
        }
    }

    private void Keep(ExecutorEvent e)
    {
        _lastCommand = e.CommandId;
        _capability = e is ExecutorEvent.Registered registered ? registered.Capability : null;
        _seenAt = e.At;
    }

    private ExecutorReply.Done Done(bool existed) => new() { Executor = _id, Existed = existed };

    private DateTimeOffset Now() => StoreClock.Whole(_engine.Clock.GetUtcNow());

    private sealed record Holds(IReadOnlyList<RunningRow> Attempts) : INoSerializationVerificationNeeded;

    private sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();
    }
}
