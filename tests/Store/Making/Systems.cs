using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Muster.Persistence;

namespace Muster.Tests.Store.Making;

/// <summary>Actor systems on a store, with nothing but persistence.</summary>
public static class Systems
{
    private const string Hocon = """
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          actor {
            serialization-settings.allow-unregistered-types = off
            serializers.muster = "Muster.Messages.Serialization.MusterSerializer, Muster.Messages"
            serialization-bindings { "Muster.Messages.IMusterMessage, Muster.Messages" = muster }
            serialization-identifiers { "Muster.Messages.Serialization.MusterSerializer, Muster.Messages" = 4711 }
          }
          persistence.journal {
            plugin = "akka.persistence.journal.muster"
            muster {
              class = "Muster.Persistence.Journal.MusterJournal, Muster.Persistence"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              recovery-event-timeout = 60s
              circuit-breaker { max-failures = 1000000, call-timeout = 60s }
            }
          }
        }
        """;

    /// <summary>Starts one.</summary>
    public static ActorSystem Start(IStore store, Config? more = null)
    {
        var config = ConfigurationFactory.ParseString(Hocon);
        return ActorSystem.Create("store", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(more is null ? config : config.WithFallback(more)), new StoreSetup(store)));
    }
}
