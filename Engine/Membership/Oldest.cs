using Akka.Cluster;

namespace Muster.Engine.Membership;

/// <summary>Finds the one member that does what need not be done by each.</summary>
internal static class Oldest
{
    /// <summary>Whether this node has been up longest among those of a role. For a moment around a change nobody or two may think so.</summary>
    public static bool IsSelf(Cluster cluster, string role)
    {
        var state = cluster.State;
        var self = cluster.SelfMember;
        return self.HasRole(role) && state.Members.Where(m => m.Status == MemberStatus.Up && m.HasRole(role)).All(m => m.Equals(self) || !m.IsOlderThan(self));
    }
}
