using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Muster.Engine.Membership;

/// <summary>Gives the shards of a member that was removed to others only when nothing of that member can be written any more.</summary>
/// <param name="inner">Decides who gets a shard.</param>
internal sealed class FencedAllocation(IShardAllocationStrategy inner) : IActorSystemDependentAllocationStrategy
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private ActorSystem _system = null!;

    public void Start(ActorSystem system)
    {
        _system = system;
        (inner as IActorSystemDependentAllocationStrategy)?.Start(system);
    }

    public async Task<IActorRef> AllocateShard(IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        // Without an answer the allocation fails, and the region asks again.
        await _system.ActorSelection($"/user/{MembershipActor.Name}").Ask<MembershipActor.Settled>(MembershipActor.AreAllDown.Instance, Limit).ConfigureAwait(false);
        return await inner.AllocateShard(requester, shardId, currentShardAllocations).ConfigureAwait(false);
    }

    public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress) =>
        inner.Rebalance(currentShardAllocations, rebalanceInProgress);
}
