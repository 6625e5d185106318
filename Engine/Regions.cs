using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Muster.Engine;

/// <summary>
/// The shard regions of an actor system, kept once they are known: a look-up after a region has stopped would throw, and a message to it is only lost.
/// And those of this node that every process speaks to: to look them up by their path each time cost more than the message.
/// </summary>
/// <param name="system">The system.</param>
internal sealed class Regions(ExtendedActorSystem system) : IExtension
{
    private readonly ConcurrentDictionary<string, IActorRef> _known = new();
    private bool _isOpen;

    /// <summary>Whether the coordinators know the regions of this node, so that what is sent to them arrives.</summary>
    public bool IsOpen
    {
        get => Volatile.Read(ref _isOpen);
        set => Volatile.Write(ref _isOpen, value);
    }

    /// <summary>The clock of this node; nobody until it is open, which loses no word: it reads the store when it starts.</summary>
    public IActorRef Clock { get; set; } = ActorRefs.Nobody;

    /// <summary>Who wakes children of final processes on this node; nobody until it is open, and it reads the store when it starts.</summary>
    public IActorRef ChildWaker { get; set; } = ActorRefs.Nobody;

    /// <summary>The way to the reconciler; nobody on a node without shards.</summary>
    public IActorRef Reconciler { get; set; } = ActorRefs.Nobody;

    public static Regions Of(ActorSystem system) => system.WithExtension<Regions, Provider>();

    /// <summary>The region of a type.</summary>
    /// <exception cref="ArgumentException">It is not started yet.</exception>
    public IActorRef Of(string type) => _known.TryGetValue(type, out var region) ? region : _known.GetOrAdd(type, ClusterSharding.Get(system).ShardRegion(type));

    private sealed class Provider : ExtensionIdProvider<Regions>
    {
        public override Regions CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
