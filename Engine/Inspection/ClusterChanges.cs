using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;

namespace Muster.Engine.Inspection;

/// <summary>Tells one reader of the changes of the cluster from now on. Begins with what is so already.</summary>
internal sealed class ClusterChanges : UntypedActor
{
    private readonly ChannelWriter<ClusterChange> _reader;
    private readonly TimeProvider _clock;

    public ClusterChanges(ChannelWriter<ClusterChange> reader, TimeProvider clock)
    {
        _reader = reader;
        _clock = clock;
    }

    public static Props Props(ChannelWriter<ClusterChange> reader, TimeProvider clock) => Akka.Actor.Props.Create(() => new ClusterChanges(reader, clock));

    protected override void PreStart() => Cluster.Get(Context.System).Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
        typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.ReachabilityEvent), typeof(ClusterEvent.LeaderChanged), typeof(ClusterEvent.RoleLeaderChanged));

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _reader.TryComplete();
    }

    protected override void OnReceive(object message)
    {
        var change = message switch
        {
            ClusterEvent.MemberJoined m => Of("joined", m.Member),
            ClusterEvent.MemberWeaklyUp m => Of("weaklyup", m.Member),
            ClusterEvent.MemberUp m => Of("up", m.Member),
            ClusterEvent.MemberLeft m => Of("left", m.Member),
            ClusterEvent.MemberExited m => Of("exited", m.Member),
            ClusterEvent.MemberDowned m => Of("downed", m.Member),
            ClusterEvent.MemberRemoved m => Of("removed", m.Member),
            ClusterEvent.UnreachableMember m => Of("unreachable", m.Member),
            ClusterEvent.ReachableMember m => Of("reachable", m.Member),
            ClusterEvent.LeaderChanged m => new ClusterChange(_clock.GetUtcNow(), "leader", m.Leader?.ToString(), []),
            ClusterEvent.RoleLeaderChanged m => new ClusterChange(_clock.GetUtcNow(), "role-leader", m.Leader?.ToString(), [m.Role]),
            _ => null,
        };
        if (change is not null)
        {
            _reader.TryWrite(change);
        }
    }

    private ClusterChange Of(string what, Member member) => new(_clock.GetUtcNow(), what, member.Address.ToString(), [.. member.Roles.Order(StringComparer.Ordinal)]);
}
