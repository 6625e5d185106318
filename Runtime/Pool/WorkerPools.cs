using Akka.Actor;
using Muster.Messages.Inspection;

namespace Muster.Runtime.Pool;

/// <summary>All pools of a node, one for each namespace, runtime and what that takes there; passes on what concerns them all.</summary>
internal sealed class WorkerPools : UntypedActor
{
    private readonly Func<Task> _before;
    private readonly IDisposable[] _ownedBySystem;
    private readonly HashSet<IActorRef> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private readonly PoolShift _shift;
    private bool _drained;

    public WorkerPools(IReadOnlyList<PoolSetup> setups, Func<Task> before, IDisposable[] owned)
    {
        _before = before;
        _ownedBySystem = owned;
        _shift = new PoolShift(setups, Context, Self);
    }

    /// <summary>Makes it.</summary>
    /// <param name="setups">The pools.</param>
    /// <param name="before">What is done before any of them asks for work; when it fails, they ask all the same.</param>
    /// <param name="owned">What ends with it.</param>
    public static Props Props(IReadOnlyList<PoolSetup> setups, Func<Task> before, params IDisposable[] owned) => Akka.Actor.Props.Create(() => new WorkerPools(setups, before, owned));

    protected override void PreStart() => _before().PipeTo(Self, success: () => Begin.Instance, failure: _ => Begin.Instance);

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
                _shift.Begin();
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
            case NodeQuestion.Drain m:
                Sender.Tell(_shift.Drain(m.Deadline));
                break;
            case NodeQuestion.Undrain:
                Sender.Tell(_shift.Undrain());
                break;
            case PoolDrained:
                _shift.Drained(Sender);
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
