using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>Holds the demand of the workers and long polls that were routed to this node, and gives each place of it to one queue at a time.</summary>
internal sealed class Dispatcher : UntypedActor, IWithTimers, IDispatcherSurroundings
{
    /// <summary>Where it lives on every core node; the routees of the work router.</summary>
    public const string Path = "/user/core/dispatcher";

    private readonly EngineContext _engine;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly LostMembers _members;
    private readonly DispatcherConduct _conduct;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public Dispatcher(EngineContext engine)
    {
        _engine = engine;
        _members = new LostMembers(_cluster.SelfAddress);
        _conduct = new DispatcherConduct(this)
        {
            GaveBack = (lost, executor) =>
                _log.Warning("Attempt {Attempt} of process {ProcessId} never reached {Executor}; it is given back", lost.Attempt, lost.Process, executor),
            Forgot = (demand, executor) =>
                _log.Info("The demand {Demand} of {Executor} was not heard of for {Seconds} s", demand, executor, DispatcherConduct.Forget.TotalSeconds),
        };
    }

    public ITimerScheduler Timers { get; set; } = null!;

    long IDispatcherSurroundings.Milliseconds => Environment.TickCount64;

    IActorRef IDispatcherSurroundings.Self => Self;

    IActorRef IDispatcherSurroundings.Processes => EngineContext.ProcessRegion(Context.System);

    IActorRef IDispatcherSurroundings.Queues => EngineContext.QueueRegion(Context.System);

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new Dispatcher(engine));

    protected override void PreStart()
    {
        _conduct.Start();
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        _conduct.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved m when m.Member.Address != _cluster.SelfAddress:
                Lost(m.Member.Address);
                break;
            case LostAttempts m:
                GiveUp(m);
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "The attempts of a lost worker could not be read; their leases bring them back");
                break;
            case DispatcherMessage.Demand m:
                _members.Heard(m);
                _conduct.Receive(m);
                break;
            default:
                _conduct.Receive(message);
                break;
        }
    }

    private void Lost(Address member)
    {
        foreach (var id in _members.Removed(member))
        {
            _conduct.Lost(id);
            _engine.Store.Read.RunningOfDemandAsync(id).PipeTo(Self, success: rows => new LostAttempts(member, rows));
        }
    }

    private void GiveUp(LostAttempts m)
    {
        foreach (var row in m.Rows)
        {
            _log.Warning("Attempt {Attempt} of process {ProcessId} was lost with its worker {Executor}", row.Attempt, row.Id, row.Executor);
            EngineContext.ProcessRegion(Context.System).Tell(new ProcessCommand.WorkerLost
            {
                Process = row.Id,
                CommandId = $"worker-lost-{row.Attempt}",
                Attempt = row.Attempt,
                Reason = $"The node {m.Member.Host}:{m.Member.Port} of its worker left the cluster.",
            });
        }
    }

    private sealed record LostAttempts(Address Member, IReadOnlyList<RunningRow> Rows) : INoSerializationVerificationNeeded;
}
