using Akka.Actor.Setup;

namespace Muster.Persistence;

/// <summary>Hands the store to an actor system when it is made.</summary>
/// <param name="store">The store; who opened it closes it.</param>
public sealed class StoreSetup(IStore store) : Setup
{
    /// <summary>The store.</summary>
    public IStore Store => store;
}
