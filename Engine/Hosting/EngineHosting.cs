using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Routing;
using Muster.Engine.Executors;
using Muster.Engine.Processes;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Serialization;
using Muster.Persistence;

namespace Muster.Engine.Hosting;

/// <summary>Puts the engine into an actor system.</summary>
public static class EngineHosting
{
    /// <summary>The role of nodes that host shards.</summary>
    public const string CoreRole = "core";

    /// <summary>Where workers and gateways send their demand.</summary>
    public const string WorkRouter = "work-router";

    /// <summary>What every member needs: the serializer, and the way to the dispatchers.</summary>
    public static AkkaConfigurationBuilder WithMuster(this AkkaConfigurationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithCustomSerializer("muster", [typeof(IMusterMessage)], system => new MusterSerializer(system));
        builder.WithActors((system, _) => system.ActorOf(Props.Empty.WithRouter(FromConfig.Instance), WorkRouter));
        return builder;
    }

    /// <summary>What a core node runs: journal, shards, dispatcher, clock.</summary>
    public static AkkaConfigurationBuilder WithMusterCore(this AkkaConfigurationBuilder builder, EngineContext engine)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(engine);
        builder.AddSetup(new StoreSetup(engine.Store));
        builder.AddHocon(JournalHocon, HoconAddMode.Append);
        builder.WithActors((system, _) => system.ActorOf(QueueSweep.Props(engine), "queue-sweep"));

        var extractor = new MusterMessageExtractor(engine.Options.Shards);
        var options = new ShardOptions { Role = CoreRole, RememberEntities = false, StateStoreMode = StateStoreMode.DData, PassivateIdleEntityAfter = TimeSpan.FromMinutes(2), HandOffStopMessage = StopQuietly.Instance };
        builder.WithShardRegion<ProcessShards>(EngineContext.Processes, id => ProcessActor.Props(id, engine), extractor, options);
        // Queues and executors keep their own time in memory.
        var lasting = new ShardOptions { Role = CoreRole, RememberEntities = false, StateStoreMode = StateStoreMode.DData, ShouldPassivateIdleEntities = false };
        builder.WithShardRegion<QueueShards>(EngineContext.Queues, id => QueueActor.Props(id, engine), extractor, lasting);
        builder.WithShardRegion<ExecutorShards>(EngineContext.Executors, id => ExecutorActor.Props(id, engine), extractor, lasting);
        builder.WithActors((system, _) => system.ActorOf(CoreActors.Props(engine), CoreActors.Name));
        return builder;
    }

    /// <summary>What a node without shards needs: the way to those of the core nodes.</summary>
    public static AkkaConfigurationBuilder WithMusterProxies(this AkkaConfigurationBuilder builder, int shards = 128)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var extractor = new MusterMessageExtractor(shards);
        builder.WithShardRegionProxy<ProcessShards>(EngineContext.Processes, CoreRole, extractor);
        builder.WithShardRegionProxy<QueueShards>(EngineContext.Queues, CoreRole, extractor);
        builder.WithShardRegionProxy<ExecutorShards>(EngineContext.Executors, CoreRole, extractor);
        return builder;
    }

    private const string JournalHocon = """
        akka.persistence.journal {
          plugin = "akka.persistence.journal.muster"
          muster {
            class = "Muster.Persistence.Journal.MusterJournal, Muster.Persistence"
            plugin-dispatcher = "akka.actor.default-dispatcher"
          }
        }
        """;

    /// <summary>The key of the process shards in the actor registry.</summary>
    public sealed class ProcessShards;

    /// <summary>The key of the queue shards in the actor registry.</summary>
    public sealed class QueueShards;

    /// <summary>The key of the executor shards in the actor registry.</summary>
    public sealed class ExecutorShards;
}
