using Akka.Actor;
using Akka.Cluster;

namespace Muster.Engine.Membership;

/// <summary>Takes a node out of a cluster whose name is not its own. Nodes with a store hear that from the store; a worker has only what the others say of themselves.</summary>
/// <param name="mine">The name that this node was given.</param>
internal sealed class ClusterNames(string mine) : UntypedActor
{
    private const string Prefix = "cluster-";

    private readonly Cluster _cluster = Cluster.Get(Context.System);

    public static Props Props(string mine) => Akka.Actor.Props.Create(() => new ClusterNames(mine));

    /// <summary>The role by which a member says the name of its cluster.</summary>
    public static string RoleOf(string name) => Prefix + name;

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        // Those that are up were there first. A member of a version without names says none.
        if (message is ClusterEvent.MemberUp { Member: var member } && member.Roles.FirstOrDefault(r => r.StartsWith(Prefix, StringComparison.Ordinal)) is { } role && role != RoleOf(mine))
        {
            _cluster.Unsubscribe(Self);
            CoordinatedShutdown.Get(Context.System).Run(new OtherClusterReason(
                $"The cluster at {member.Address.Host}:{member.Address.Port} is '{role[Prefix.Length..]}' and this node is set to '{mine}'. Name a seed of its own cluster, or set --cluster {role[Prefix.Length..]}.")).PipeTo(ActorRefs.Nobody);
        }
    }
}
