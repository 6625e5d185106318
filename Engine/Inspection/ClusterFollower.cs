using System.Threading.Channels;
using Akka.Actor;

namespace Muster.Engine.Inspection;

/// <summary>Follows the changes of the cluster, beginning with what is so already, until it is disposed.</summary>
public sealed class ClusterFollower : IDisposable
{
    /// <summary>A cluster of hundreds of nodes that all change; a reader who is slower than that misses some.</summary>
    private const int Waiting = 4_096;

    private readonly ActorSystem _system;
    private readonly IActorRef _actor;
    private readonly Channel<ClusterChange> _changes = Channel.CreateBounded<ClusterChange>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Begins.</summary>
    public ClusterFollower(ActorSystem system, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        _actor = system.ActorOf(ClusterChanges.Props(_changes.Writer, clock));
    }

    /// <summary>What has happened; ends with the node.</summary>
    public ChannelReader<ClusterChange> Changes => _changes.Reader;

    /// <inheritdoc />
    public void Dispose() => _system.Stop(_actor);
}
