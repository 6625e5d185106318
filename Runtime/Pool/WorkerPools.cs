using Akka.Actor;

namespace Muster.Runtime.Pool;

/// <summary>All pools of a node, one for each namespace, runtime and what that takes there; passes on what concerns them all.</summary>
internal sealed class WorkerPools : UntypedActor
{
    private readonly IReadOnlyList<PoolSetup> _setups;
    private readonly Func<Task> _before;
    private readonly IDisposable[] _ownedBySystem;
    private readonly HashSet<IActorRef> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private bool _drained;

    public WorkerPools(IReadOnlyList<PoolSetup> setups, Func<Task> before, IDisposable[] owned)
    {
        _setups = setups;
        _before = before;
        _ownedBySystem = owned;
    }

    /// <summary>Makes it.</summary>
    /// <param name="setups">The pools.</param>
    /// <param name="before">What is done before any of them asks for work; when it fails, they ask all the same.</param>
    /// <param name="owned">What ends with it.</param>
    public static Props Props(IReadOnlyList<PoolSetup> setups, Func<Task> before, params IDisposable[] owned) => Akka.Actor.Props.Create(() => new WorkerPools(setups, before, owned));

    protected override void PreStart() => _before().PipeTo(Self, success: () => Begin.Instance, failure: _ => Begin.Instance);

    private void Start()
    {
        foreach (var setup in _setups)
        {
            Context.ActorOf(WorkerPool.Props(setup), $"{setup.Namespace}-{setup.Runtime.Name}{(setup.Capability.NamedRuntimeOnly ? ":named" : "")}");
        }
    }

    protected override void PostStop()
    {
        foreach (var owned in _ownedBySystem)
        {
            owned.Dispose();
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Begin when _drainers.Count == 0 && !_drained:
                Start();
                break;
            case DrainPool:
                _drainers.Add(Sender);
                foreach (var pool in Context.GetChildren())
                {
                    _draining.Add(pool);
                    pool.Tell(message);
                }

                Drained();
                break;
            case PoolDrained:
                _draining.Remove(Sender);
                Drained();
                break;
        }
    }

    private void Drained()
    {
        if (_draining.Count > 0)
        {
            return;
        }

        foreach (var drainer in _drainers)
        {
            drainer.Tell(PoolDrained.Instance);
        }

        _drainers.Clear();
        _drained = true;
    }

    private sealed class Begin : INoSerializationVerificationNeeded
    {
        public static readonly Begin Instance = new();
    }
}
