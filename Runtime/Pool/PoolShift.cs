using Akka.Actor;
using Muster.Engine.Inspection;
using Muster.Messages.Inspection;

namespace Muster.Runtime.Pool;

/// <summary>The pools that take the work of a node now. When an operator drains the node they finish; when he lets it work again new ones take their place.</summary>
/// <param name="setups">What the pools are.</param>
/// <param name="context">Whose children they are.</param>
/// <param name="self">Who hears that they are drained.</param>
internal sealed class PoolShift(IReadOnlyList<PoolSetup> setups, IActorContext context, IActorRef self)
{
    /// <summary>For attempts that were under way when the operator changed his mind: no attempt is as long.</summary>
    private static readonly TimeSpan NoDeadline = TimeSpan.FromDays(20);

    private readonly NodeWork _work = NodeWork.Of(context.System);
    private readonly HashSet<IActorRef> _draining = [];
    private readonly HashSet<IActorRef> _replaced = [];
    private int _shift;

    /// <summary>Starts the first pools.</summary>
    public void Begin()
    {
        _work.Pools = self;
        Start(setups);
    }

    /// <summary>Takes no more work.</summary>
    /// <param name="deadline">How long running attempts may go on.</param>
    public NodeAnswer.Duty Drain(TimeSpan deadline)
    {
        foreach (var pool in context.GetChildren().Where(p => !_replaced.Contains(p)))
        {
            _draining.Add(pool);
            pool.Tell(new DrainPool(deadline), self);
        }

        return Answer(_draining.Count > 0 ? NodeWork.Draining : NodeWork.Drained);
    }

    /// <summary>Takes work again. What still runs in pools that were draining goes on beside the new ones.</summary>
    public NodeAnswer.Duty Undrain()
    {
        if (_work.State == NodeWork.Working)
        {
            return Answer(NodeWork.Working);
        }

        foreach (var pool in context.GetChildren())
        {
            if (_draining.Contains(pool))
            {
                _replaced.Add(pool);
                pool.Tell(new DrainPool(NoDeadline), self);
            }
            else if (!_replaced.Contains(pool))
            {
                context.Stop(pool);
            }
        }

        _draining.Clear();
        _shift++;
        // What an earlier life of the node left was adopted once.
        Start(setups.Select(s => s with { Adopted = [] }));
        return Answer(NodeWork.Working);
    }

    /// <summary>A pool holds nothing any more.</summary>
    public void Drained(IActorRef pool)
    {
        if (_replaced.Remove(pool))
        {
            context.Stop(pool);
        }
        else if (_draining.Remove(pool) && _draining.Count == 0)
        {
            _work.State = NodeWork.Drained;
        }
    }

    private void Start(IEnumerable<PoolSetup> pools)
    {
        foreach (var setup in pools)
        {
            var name = $"{setup.Namespace}-{setup.Runtime.Name}{(setup.Capability.NamedRuntimeOnly ? ":named" : "")}";
            context.ActorOf(WorkerPool.Props(setup), _shift == 0 ? name : $"{name}~{_shift}");
        }

        _work.State = NodeWork.Working;
    }

    private NodeAnswer.Duty Answer(string state)
    {
        _work.State = state;
        return new NodeAnswer.Duty { State = state };
    }
}
