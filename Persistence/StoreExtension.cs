using Akka.Actor;

namespace Muster.Persistence;

/// <summary>Gives the journal plugin, which Akka makes by itself, its store.</summary>
public static class StoreExtension
{
    /// <summary>The store of an actor system.</summary>
    /// <exception cref="InvalidOperationException">The system was started without one.</exception>
    public static IStore Of(ActorSystem system) =>
        system.Settings.Setup.Get<StoreSetup>() is { HasValue: true } setup
            ? setup.Value.Store
            : throw new InvalidOperationException("The actor system has no store; add a StoreSetup when it is made.");
}
