using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>Hears from the agents of all worker nodes what they have, and tells them what to do.</summary>
internal sealed class AgentWatch : UntypedActor, IWithTimers
{
    /// <summary>The name of the agent of a node.</summary>
    public const string AgentName = "node-agent";

    /// <summary>The role of nodes that run instances.</summary>
    public const string WorkerRole = "worker";

    /// <summary>How often agents are asked, in case a word was lost.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    /// <summary>A node that says nothing for so long is counted as one that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>An order that was not taken for so long is said again.</summary>
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    /// <summary>After its start it waits so long for all nodes: what it does not know would be started twice.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    /// <summary>A deployment that cannot be started, for instance because a secret is missing, is tried again after this.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(5);

    private readonly EngineContext _engine;
    private readonly long _term;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<UniqueAddress, AgentLine> _lines = [];
    private readonly Dictionary<DeploymentId, (DateTimeOffset Until, DeploymentDecision Why)> _faults = [];
    private readonly StartPreparation _preparation;
    private readonly DateTimeOffset _startedAt;
    private bool _knowsAll;

    public AgentWatch(EngineContext engine, long term)
    {
        _engine = engine;
        _term = term;
        _preparation = new StartPreparation(engine);
        _startedAt = engine.Clock.GetUtcNow();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine, long term) => Akka.Actor.Props.Create(() => new AgentWatch(engine, term));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Timers.StartPeriodicTimer("ask", AskAll.Instance, AskEvery);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberUp m when m.Member.HasRole(WorkerRole):
                Begin(m.Member);
                break;
            case ClusterEvent.MemberRemoved m when _lines.Remove(m.Member.UniqueAddress):
                Changed();
                break;
            case ClusterEvent.UnreachableMember m when _lines.TryGetValue(m.Member.UniqueAddress, out var line):
                line.Reachable = false;
                Changed();
                break;
            case ClusterEvent.ReachableMember m when _lines.TryGetValue(m.Member.UniqueAddress, out var line):
                line.Reachable = true;
                Changed();
                break;
            case AskAll:
                Ask();
                break;
            case AgentMessage.Report m when _lines.Values.FirstOrDefault(l => l.Node == PlaceOf(Sender.Path.Address)) is { } line && m.Term == _term:
                if (line.Heard(m, _engine.Clock.GetUtcNow()))
                {
                    Changed();
                }

                break;
            case Pass m:
                Sender.Tell(Plan(m.Desired));
                break;
            case Prepared m:
                Tell(m);
                break;
            case Log m when _lines.Values.FirstOrDefault(l => l.Node == m.Instance.Node) is { } line:
                line.Agent.Tell(new AgentMessage.ReadLog { Instance = m.Instance.Id, Lines = m.Lines, Term = _term }, Sender);
                break;
            case Log:
                Sender.Tell(new ReconcilerMessage.NoLog { Reason = "" });
                break;
        }
    }

    private void Begin(Member member)
    {
        if (!_lines.ContainsKey(member.UniqueAddress))
        {
            _lines[member.UniqueAddress] = new AgentLine(PlaceOf(member.Address), Context.ActorSelection(new RootActorPath(member.Address) / "user" / AgentName));
            Ask();
        }
    }

    private void Ask()
    {
        var now = _engine.Clock.GetUtcNow();
        foreach (var line in _lines.Values)
        {
            line.Agent.Tell(new AgentMessage.Watch { Term = _term }, Self);
            line.Repeat(Self, now, RepeatAfter);
        }
    }

    private ControllerPass Plan(IReadOnlyList<DesiredDeployment> desired)
    {
        var now = _engine.Clock.GetUtcNow();
        _knowsAll |= (_lines.Count > 0 && _lines.Values.All(l => l.Report is not null)) || now - _startedAt > FirstWait;
        if (!_knowsAll)
        {
            return new ControllerPass(null, [], now + TimeSpan.FromMilliseconds(200));
        }

        var places = new List<InstancePlace>(_lines.Count);
        var instances = new List<SeenInstance>();
        foreach (var line in _lines.Values.Where(l => l.Report is not null))
        {
            var answers = line.Answers(now, Patience);
            var report = line.Report!;
            places.Add(new InstancePlace { Node = line.Node, Labels = report.Labels, Cpu = report.Cpu, Memory = report.Memory, Answers = answers, Leaving = report.Leaving });
            instances.AddRange(line.Instances(answers, now));
        }

        var plan = Planner.Make(desired, places, instances, now);
        var faulty = _faults.Where(f => f.Value.Until > now).Select(f => f.Key).ToHashSet();
        var wanted = desired.ToDictionary(d => d.Id);
        foreach (var order in plan.Orders.Where(o => o is not InstanceOrder.Start || !faulty.Contains(o.Deployment)))
        {
            var line = _lines.Values.First(l => l.Node == order.Node);
            line.Give(order);
            if (order is InstanceOrder.Start start)
            {
                _preparation.PrepareAsync(start, wanted[start.Deployment]).PipeTo(Self, success: m => new Prepared(start, m, null), failure: e => new Prepared(start, null, e));
            }
            else
            {
                line.Tell(order, number => Message(order, number), Self, now);
            }
        }

        return new ControllerPass(
            [.. _lines.Values.Where(l => l.Report is not null).SelectMany(l => l.Instances(l.Answers(now, Patience), now))],
            [.. plan.Decisions.Where(d => d.Kind is not ("start" or "restart") || !faulty.Contains(d.Deployment)), .. _faults.Values.Where(f => f.Until > now).Select(f => f.Why)],
            plan.Next);
    }

    private AgentMessage.Order Message(InstanceOrder order, long number) => order switch
    {
        InstanceOrder.Stop o => new AgentMessage.Stop { Term = _term, Number = number, Instance = o.Instance, Drain = o.Drain },
        _ => new AgentMessage.Forget { Term = _term, Number = number, Instance = order.Instance },
    };

    private void Tell(Prepared m)
    {
        if (_lines.Values.FirstOrDefault(l => l.Node == m.Order.Node) is not { } line)
        {
            return;
        }

        var now = _engine.Clock.GetUtcNow();
        if (m.Fault is { } fault)
        {
            _log.Warning("Deployment {Deployment} cannot be started: {Reason}", m.Order.Deployment, fault.Message);
            _faults[m.Order.Deployment] = (now + AfterFault, new DeploymentDecision(m.Order.Deployment, "error", null, null, m.Order.Revision, fault.Message));
            line.Tell(m.Order, null, Self, now);
            Changed();
            return;
        }

        _faults.Remove(m.Order.Deployment);
        line.Tell(m.Order, number => m.Message! with { Term = _term, Number = number }, Self, now);
    }

    private static void Changed() => Context.Parent.Tell(new ReconcilerMessage.Look());

    private string PlaceOf(Address address)
    {
        var whole = address.Host is null ? _cluster.SelfAddress : address;
        return $"{whole.Host}:{whole.Port}";
    }

    /// <summary>Make a plan and give its orders; the answer is a <see cref="ControllerPass"/>.</summary>
    public sealed record Pass(IReadOnlyList<DesiredDeployment> Desired) : INoSerializationVerificationNeeded;

    /// <summary>Show the last lines of an instance.</summary>
    public sealed record Log(SeenInstance Instance, int Lines) : INoSerializationVerificationNeeded;

    private sealed record Prepared(InstanceOrder.Start Order, AgentMessage.Start? Message, Exception? Fault) : INoSerializationVerificationNeeded;

    private sealed class AskAll : INoSerializationVerificationNeeded
    {
        public static readonly AskAll Instance = new();
    }
}
