using Akka.Actor;
using Akka.Cluster;
using Muster.Engine;
using Muster.Persistence;

namespace Muster.Gateway.Hosting;

/// <summary>Whether this node can serve: it is up and stays, its regions are there, and its store answers.</summary>
/// <param name="system">This node.</param>
/// <param name="store">The store.</param>
/// <param name="drain">Whether it stops.</param>
public sealed class ReadyCheck(ActorSystem system, IStore store, DrainState drain)
{
    /// <summary>Null when it can serve, or why not.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancel)
    {
        if (drain.IsDraining)
        {
            return "This node is stopping.";
        }

        var status = Cluster.Get(system).SelfMember.Status;
        if (status != MemberStatus.Up)
        {
            return $"This node is {status.ToString().ToLowerInvariant()} in the cluster, not up.";
        }

        if (!EngineContext.IsOpen(system))
        {
            return "The shards are not started yet.";
        }

        return await store.PingAsync(cancel).ConfigureAwait(false) ? null : "The store does not answer.";
    }
}
