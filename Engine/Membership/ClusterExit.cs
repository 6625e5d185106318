using Akka.Actor;

namespace Muster.Engine.Membership;

/// <summary>Tells a node that was shut out of the cluster, and should join again, from one that somebody stopped.</summary>
public static class ClusterExit
{
    /// <summary>Whether the system stops, or has stopped, because this node was removed from the cluster or found no way in.</summary>
    /// <exception cref="OtherClusterException">The cluster has another name than this node was given.</exception>
    public static bool WasShutOut(ActorSystem system) => CoordinatedShutdown.Get(system).ShutdownReason is OtherClusterReason other
        ? throw new OtherClusterException(other.Message)
        : CoordinatedShutdown.Get(system).ShutdownReason is CoordinatedShutdown.ClusterDowningReason or CoordinatedShutdown.ClusterJoinUnsuccessfulReason or FencedReason;
}
