using Akka.Actor;

namespace Muster.Engine.Inspection;

/// <summary>Whether a node takes work, and who on it can be told to stop or to go on. What runs work enters itself here.</summary>
public sealed class NodeWork : IExtension
{
    /// <summary>Nothing on the node runs work.</summary>
    public const string None = "none";

    /// <summary>It takes work.</summary>
    public const string Working = "working";

    /// <summary>It takes no more, and finishes what is under way.</summary>
    public const string Draining = "draining";

    /// <summary>Nothing is under way.</summary>
    public const string Drained = "drained";

    private volatile string _state = None;
    private volatile IActorRef? _pools;

    /// <summary>One of the words above.</summary>
    public string State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Takes <see cref="Messages.Inspection.NodeQuestion.Drain"/> and <see cref="Messages.Inspection.NodeQuestion.Undrain"/>; null where nothing runs work.</summary>
    public IActorRef? Pools
    {
        get => _pools;
        set => _pools = value;
    }

    /// <summary>That of a node.</summary>
    public static NodeWork Of(ActorSystem system) => system.WithExtension<NodeWork, Provider>();

    private sealed class Provider : ExtensionIdProvider<NodeWork>
    {
        public override NodeWork CreateExtension(ExtendedActorSystem system) => new();
    }
}
