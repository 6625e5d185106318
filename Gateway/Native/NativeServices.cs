using Akka.Actor;
using Muster.Engine;
using Muster.Engine.Feeds;
using Muster.Persistence;

namespace Muster.Gateway.Native;

/// <summary>What the routes of the native API work with.</summary>
/// <param name="System">The actor system that long polls live in.</param>
/// <param name="Store">The store.</param>
/// <param name="Gate">The way to processes.</param>
/// <param name="Drain">Whether this gateway is stopping.</param>
/// <param name="Feed">Tells of transitions of processes.</param>
public sealed record NativeServices(ActorSystem System, IStore Store, ProcessGate Gate, DrainState Drain, IProcessFeed Feed)
{
    /// <summary>The time that all limits go by.</summary>
    public TimeProvider Clock => Store.Clock;
}
