using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>Holds the demand of the workers and long polls that were routed to this node, and gives each place of it to one queue at a time.</summary>
internal sealed class Dispatcher : UntypedActor, IWithTimers
{
    /// <summary>Where it lives on every core node; the routees of the work router.</summary>
    public const string Path = "/user/core/dispatcher";

    /// <summary>A demand that was not said anew for this long is gone; workers say it every 2 s. What was assigned to a worker that is gone is given back, so this is shorter than a short lease.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long a demand that several queues serve waits to hear from all of them.</summary>
    private static readonly TimeSpan AllHeard = TimeSpan.FromMilliseconds(100);

    private readonly EngineContext _engine;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly LostMembers _members;
    private readonly Dictionary<string, DispatcherDemand> _demands = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public Dispatcher(EngineContext engine)
    {
        _engine = engine;
        _members = new LostMembers(_cluster.SelfAddress);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new Dispatcher(engine));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("look", LookAround.Instance, Look);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        // Who still wants something says so again within 2 s, and another dispatcher hears it.
        foreach (var demand in _demands.Values.ToList())
        {
            Remove(demand);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DispatcherMessage.Demand m:
                _members.Heard(m);
                Wanted(m);
                break;
            case DispatcherMessage.Report m when _demands.TryGetValue(m.DemandId, out var demand):
                // Until all queues have spoken, the first to speak would get what belongs to a better one.
                if (demand.Reported(m, Environment.TickCount64) && !(demand.IsGuessing && Timers.IsTimerActive(m.DemandId)))
                {
                    Grant(demand);
                }

                break;
            case Guess m when _demands.TryGetValue(m.DemandId, out var demand):
                Grant(demand);
                break;
            case ClusterEvent.MemberRemoved m when m.Member.Address != _cluster.SelfAddress:
                Lost(m.Member.Address);
                break;
            case LostAttempts m:
                GiveUp(m);
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "The attempts of a lost worker could not be read; their leases bring them back");
                break;
            case LookAround:
                foreach (var old in _demands.Values.Where(d => Environment.TickCount64 - d.SeenAt > Forget.TotalMilliseconds).ToList())
                {
                    _log.Info("The demand {Demand} of {Executor} was not heard of for {Seconds} s", old.Id, old.Executor, Forget.TotalSeconds);
                    GiveBackLost(old);
                    Remove(old);
                }

                break;
        }
    }

    private void Wanted(DispatcherMessage.Demand m)
    {
        if (_demands.TryGetValue(m.DemandId, out var demand))
        {
            if (m.Gone && !demand.IsOf(m.Requester))
            {
                // The same question was asked again; it goes on without the first who asked. What that one got, it took along.
                demand.Took(m.Held);
                return;
            }
        }
        else
        {
            if (m.Gone)
            {
                return;
            }

            _demands[m.DemandId] = demand = new DispatcherDemand(m);
        }

        if (!demand.Update(m, Environment.TickCount64))
        {
            return;
        }

        GiveBackLost(demand);
        if (m.Gone)
        {
            Remove(demand);
            return;
        }

        Grant(demand);
        if (demand.IsGuessing && !Timers.IsTimerActive(m.DemandId))
        {
            Timers.StartSingleTimer(m.DemandId, new Guess(m.DemandId), AllHeard);
        }
    }

    private void Lost(Address member)
    {
        foreach (var id in _members.Removed(member))
        {
            if (_demands.TryGetValue(id, out var demand))
            {
                GiveBackLost(demand);
                Remove(demand);
            }

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

    private void GiveBackLost(DispatcherDemand demand)
    {
        foreach (var lost in demand.Lost(Environment.TickCount64))
        {
            _log.Warning("Attempt {Attempt} of process {ProcessId} never reached {Executor}; it is given back", lost.Attempt, lost.Process, demand.Executor);
            EngineContext.ProcessRegion(Context.System).Tell(new ProcessCommand.Release
            {
                Process = lost.Process,
                CommandId = $"lost-{lost.Attempt}",
                Attempt = lost.Attempt,
                Reason = "The assignment never reached its worker.",
                Undelivered = true,
            });
        }
    }

    private void Grant(DispatcherDemand demand)
    {
        var region = EngineContext.QueueRegion(Context.System);
        foreach (var interest in demand.Grants(Self))
        {
            region.Tell(interest);
        }
    }

    private void Remove(DispatcherDemand demand)
    {
        _demands.Remove(demand.Id);
        Timers.Cancel(demand.Id);
        var region = EngineContext.QueueRegion(Context.System);
        foreach (var interest in demand.Withdrawals(Self))
        {
            region.Tell(interest);
        }
    }

    private sealed record LostAttempts(Address Member, IReadOnlyList<RunningRow> Rows) : INoSerializationVerificationNeeded;

    private sealed record Guess(string DemandId) : INoSerializationVerificationNeeded;

    private sealed class LookAround : INoSerializationVerificationNeeded
    {
        public static readonly LookAround Instance = new();
    }
}
