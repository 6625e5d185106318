using Akka.Actor;

namespace Muster.Runtime.Pool;

/// <summary>All pools of a node, one for each namespace, runtime and what that takes there; passes on what concerns them all.</summary>
internal sealed class WorkerPools : UntypedActor
{
    private readonly IReadOnlyList<PoolSetup> _setups;
    private readonly IDisposable[] _ownedBySystem;
    private readonly HashSet<IActorRef> _draining = [];
    private readonly List<IActorRef> _drainers = [];

    public WorkerPools(IReadOnlyList<PoolSetup> setups, IDisposable[] owned)
    {
        _setups = setups;
        _ownedBySystem = owned;
    }

    public static Props Props(IReadOnlyList<PoolSetup> setups, params IDisposable[] owned) => Akka.Actor.Props.Create(() => new WorkerPools(setups, owned));

    protected override void PreStart()
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
    }
}
