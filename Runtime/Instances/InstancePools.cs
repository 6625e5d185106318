using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Muster.Engine;
using Muster.Messages.Processes;
using Muster.Runtime.Pool;

namespace Muster.Runtime.Instances;

/// <summary>Worker pools of instances, in the actor system of the node.</summary>
/// <param name="system">The actor system.</param>
/// <param name="node">What the node is, for conditions of processes: location, labels, resources.</param>
/// <param name="gate">The way to processes.</param>
/// <param name="router">Where demand goes.</param>
/// <param name="clock">The time.</param>
internal sealed class InstancePools(ActorSystem system, Capability node, IProcessGate gate, ICanTell router, TimeProvider clock) : IInstancePools, IDisposable
{
    /// <summary>What the end of the work costs after it was cancelled.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    // Instances use their own folders; the pool asks for none.
    private readonly WorkRoot _work = new(Path.GetTempPath());
    private readonly ConcurrentDictionary<string, IActorRef> _pools = new(StringComparer.Ordinal);
    private int _made;

    /// <summary>The pools of a node that is a member of the cluster.</summary>
    public static InstancePools Of(ActorSystem system, Capability node, TimeProvider clock) =>
        new(system, node, new ProcessGate(system), EngineContext.WorkRouterOf(system), clock);

    public void Begin(InstanceSpec spec, IRuntime runtime, ImmutableArray<AdoptedAttempt> adopted)
    {
        var setup = new PoolSetup
        {
            Namespace = spec.Namespace,
            Queues = spec.Queues,
            Runtime = runtime,
            Slots = spec.Slots,
            Gate = gate,
            Router = router,
            Work = _work,
            Clock = clock,
            Adopted = adopted,
            Capability = node with { Executor = spec.Instance, Types = spec.Types, Functions = [], Runtimes = [runtime.Name], NamedRuntimeOnly = false },
        };

        // A name is free again only when the actor that had it has ended, so each has a number.
        _pools[spec.Instance] = system.ActorOf(WorkerPool.Props(setup), $"instance-pool-{Interlocked.Increment(ref _made)}-{spec.Instance}");
    }

    public async Task EndAsync(string instance, TimeSpan drain)
    {
        if (!_pools.TryGetValue(instance, out var pool))
        {
            return;
        }

        try
        {
            await pool.Ask<PoolDrained>(new DrainPool(drain), drain + AfterDrain).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The leases bring back what could not be given back.
        }

        if (_pools.TryRemove(new KeyValuePair<string, IActorRef>(instance, pool)))
        {
            system.Stop(pool);
        }
    }

    public void Dispose() => _work.Dispose();
}
