using Akka.Actor;
using Akka.Cluster;
using Muster.Engine.Hosting;

namespace Muster.Engine.Membership;

/// <summary>Takes a worker out of a cluster whose name is not its own. Core nodes hear the name from the store; a worker has only what core nodes say of themselves.</summary>
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
        // Another worker may be the stranger. A member of a version without names says none.
        if (message is ClusterEvent.MemberUp { Member: var member } && member.HasRole(EngineHosting.CoreRole) && member.Roles.FirstOrDefault(r => r.StartsWith(Prefix, StringComparison.Ordinal)) is { } role && role != RoleOf(mine))
        {
            _cluster.Unsubscribe(Self);
            CoordinatedShutdown.Get(Context.System).Run(new OtherClusterReason(
                $"The cluster at {member.Address.Host}:{member.Address.Port} is '{role[Prefix.Length..]}' and this node is set to '{mine}'. Name a seed of its own cluster, or set --cluster {role[Prefix.Length..]}.")).PipeTo(ActorRefs.Nobody);
        }
    }
}
