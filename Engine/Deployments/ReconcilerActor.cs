using Akka.Actor;
using Akka.Event;
using Muster.Engine.Deployments.Controllers;
using Muster.Messages.Deployments;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Deployments;

/// <summary>Keeps the instances of the cluster as the deployments say: looks at both on every change and every few seconds, and lets each controller do what is missing. One in the cluster;
/// it keeps nothing that cannot be seen again, so another one goes on where it ended.</summary>
internal sealed class ReconcilerActor : UntypedActor, IWithTimers
{
    /// <summary>Its name below the manager.</summary>
    public const string Name = "one";

    /// <summary>The name of the manager.</summary>
    public const string ManagerName = "reconciler";

    /// <summary>Changes that come together are looked at together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(10);

    /// <summary>A pass that takes longer is given up, and counted as failed.</summary>
    private static readonly TimeSpan PassLimit = TimeSpan.FromSeconds(60);

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DesiredBook _desired;
    private readonly SeenBook _seen = new();
    private readonly Dictionary<string, IInstanceController> _controllers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly HashSet<string> _again = new(StringComparer.Ordinal);
    private bool _begun;
    private bool _loading;
    private bool _loadAgain;

    public ReconcilerActor(EngineContext engine)
    {
        _engine = engine;
        _desired = new DesiredBook(engine.Store.Read);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new ReconcilerActor(engine));

    protected override void PreStart()
    {
        // The clock of the store is the same for all nodes, so the later one has the higher term.
        var term = _engine.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Add(new NodesController(Context.ActorOf(AgentWatch.Props(_engine, term), "agents")));
        foreach (var make in _engine.Controllers)
        {
            Add(make(_engine.Store));
        }

        Timers.StartPeriodicTimer("tick", Tick.Instance, TimeSpan.Zero, _engine.Options.Reconcile);
        void Add(IInstanceController controller) => _controllers[controller.Name] = controller;
    }

    protected override void PostStop()
    {
        foreach (var controller in _controllers.Values)
        {
            _ = controller.DisposeAsync().AsTask();
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReconcilerMessage.Look:
                Timers.StartSingleTimer("soon", Tick.Instance, Together);
                break;
            case Tick:
                Load();
                break;
            case Loaded m:
                _loading = false;
                if (m.Reading is { } reading)
                {
                    _desired.Take(reading);
                    if (!_begun && m.Written is { } written)
                    {
                        _begun = true;
                        _seen.Begin(written.Select(w => w.Seen), ControllerOf);
                    }

                    PassAll();
                }
                else
                {
                    _log.Warning(m.Fault, "The reconciler cannot read what is wanted; tried again");
                }

                if (_loadAgain)
                {
                    Load();
                }

                break;
            case Passed m:
                Took(m);
                break;
            case Noted { Fault: { } unwritten }:
                _log.Warning(unwritten, "The reconciler cannot write what it saw");
                break;
            case ReconcilerMessage.ReadLog m:
                ReadLog(m, Sender);
                break;
        }
    }

    private void Load()
    {
        _loadAgain = _loading;
        if (_loading)
        {
            return;
        }

        _loading = true;
        LoadAsync().PipeTo(Self, failure: e => new Loaded(null, null, e));
    }

    private async Task<Loaded> LoadAsync()
    {
        IReadOnlyList<InstanceRow>? written = _begun ? null : await _engine.Store.Read.InstancesAsync(null).ConfigureAwait(false);
        return new Loaded(await _desired.ReadAsync().ConfigureAwait(false), written, null);
    }

    // What belongs to no deployment any more was most likely on the nodes.
    private string ControllerOf(DeploymentId id) => _desired.Find(id)?.Spec.Controller ?? DeploymentSpec.NodesController;

    private void PassAll()
    {
        _seen.Keep(id => _desired.Find(id) is not null);
        foreach (var controller in _controllers.Values)
        {
            Pass(controller);
        }

        foreach (var unknown in _desired.Controllers.Where(c => !_controllers.ContainsKey(c)))
        {
            Note([], [], [.. _desired.Of(unknown).Select(r => new DeploymentDecision(
                r.Id, "error", null, null, r.Revision, $"This cluster has no controller '{unknown}'; there are {string.Join(", ", _controllers.Keys)}."))]);
        }
    }

    private void Pass(IInstanceController controller)
    {
        if (!_busy.Add(controller.Name))
        {
            _again.Add(controller.Name);
            return;
        }

        var decisions = new List<DeploymentDecision>();
        var desired = _desired.Desired(controller.Name, id => _seen.Count(controller.Name, id), _engine.Clock.GetUtcNow(), decisions);
        var limit = new CancellationTokenSource(PassLimit);
        Task<ControllerPass> pass;
        try
        {
            pass = controller.PassAsync(desired, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e)
        {
            pass = Task.FromException<ControllerPass>(e);
        }

        pass.PipeTo(
            Self, success: p => new Passed(controller, p with { Decisions = [.. decisions, .. p.Decisions] }, null),
            failure: e => new Passed(controller, new ControllerPass(null, decisions, null), e));
    }

    private void Took(Passed m)
    {
        var name = m.Controller.Name;
        _busy.Remove(name);
        var (seen, gone) = m.Pass.Instances is { } instances ? _seen.Compare(name, instances) : ([], []);
        IReadOnlyList<DeploymentDecision> decisions = m.Pass.Decisions;
        if (m.Fault is { } fault)
        {
            _log.Warning(fault, "A pass of the controller {Controller} failed; tried again", name);
            var reason = fault is OperationCanceledException or AskTimeoutException ? "it does not answer" : fault.Message;
            decisions = [.. decisions, .. _desired.Of(name).Select(r => new DeploymentDecision(r.Id, "error", null, null, r.Revision, $"The controller {name} failed: {reason}"))];
        }

        Note(seen, gone, decisions);
        if (_again.Remove(name))
        {
            Pass(m.Controller);
        }
        else if (m.Pass.Next is { } next)
        {
            var wait = next - _engine.Clock.GetUtcNow();
            Timers.StartSingleTimer($"next {name}", Tick.Instance, wait > Together ? wait : Together);
        }
    }

    private void Note(List<SeenInstance> seen, List<(DeploymentId Deployment, string Instance)> gone, IReadOnlyList<DeploymentDecision> decisions)
    {
        var news = _seen.News(decisions);
        if (seen.Count + gone.Count + news.Count > 0)
        {
            _engine.Store.Rows.NoteInstancesAsync(seen, gone, news, _engine.Clock.GetUtcNow()).PipeTo(Self, success: () => new Noted(null), failure: e => new Noted(e));
        }
    }

    private void ReadLog(ReconcilerMessage.ReadLog m, IActorRef sender)
    {
        if (!_controllers.TryGetValue(m.Controller, out var controller))
        {
            sender.Tell(new ReconcilerMessage.NoLog { Reason = $"This cluster has no controller '{m.Controller}'." });
            return;
        }

        controller.LogAsync(m.Instance, m.Lines, CancellationToken.None).PipeTo(
            sender,
            success: lines => lines is null ? new ReconcilerMessage.NoLog { Reason = $"The instance {m.Instance.Id} is not there any more." } : new AgentMessage.LogLines { Lines = [.. lines] },
            failure: _ => new ReconcilerMessage.NoLog { Reason = $"The node {m.Instance.Node} does not answer now." });
    }

    private sealed record Loaded(DesiredBook.Reading? Reading, IReadOnlyList<InstanceRow>? Written, Exception? Fault) : INoSerializationVerificationNeeded;

    private sealed record Passed(IInstanceController Controller, ControllerPass Pass, Exception? Fault) : INoSerializationVerificationNeeded;

    private sealed record Noted(Exception? Fault) : INoSerializationVerificationNeeded;

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
