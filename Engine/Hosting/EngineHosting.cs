using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting;
using Akka.Routing;
using Muster.Engine.Channels;
using Muster.Engine.Deployments;
using Muster.Engine.Executors;
using Muster.Engine.Generators;
using Muster.Engine.Membership;
using Muster.Engine.Processes;
using Muster.Engine.Queues;
using Muster.Engine.Schedules;
using Muster.Engine.Workflows;
using Muster.Messages;
using Muster.Messages.Serialization;
using Muster.Persistence;

namespace Muster.Engine.Hosting;

/// <summary>Puts the engine into an actor system.</summary>
public static class EngineHosting
{
    /// <summary>The role of nodes with a gateway.</summary>
    public const string SeedRole = "seed";

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

    /// <summary>What a core node runs: journal, shards, dispatcher, clock; and its way into the cluster that writes its store.</summary>
    public static AkkaConfigurationBuilder WithMusterCore(this AkkaConfigurationBuilder builder, EngineContext engine)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(engine);
        builder.AddSetup(new StoreSetup(engine.Store));
        builder.AddHocon(JournalHocon, HoconAddMode.Append);
        builder.WithActors((system, _) => system.ActorOf(QueueSweep.Props(engine), "queue-sweep"));

        var extractor = new MusterMessageExtractor(engine.Options.Shards);
        builder.WithActors((system, registry) =>
        {
            Join(system, engine);
            var passivating = ClusterShardingSettings.Create(system).WithRole(CoreRole);
            // All but processes keep their own time in memory.
            var lasting = passivating.WithPassivateIdleAfter(TimeSpan.Zero);
            registry.Register<ProcessShards>(Start(EngineContext.Processes, id => ProcessActor.Props(id, engine), passivating, StopQuietly.Instance));
            registry.Register<QueueShards>(Start(EngineContext.Queues, id => QueueActor.Props(id, engine), lasting, PoisonPill.Instance));
            registry.Register<ExecutorShards>(Start(EngineContext.Executors, id => ExecutorActor.Props(id, engine), lasting, PoisonPill.Instance));
            registry.Register<WorkflowShards>(Start(EngineContext.Workflows, id => WorkflowActor.Props(id, engine), lasting, StopQuietly.Instance));
            registry.Register<ScheduleShards>(Start(EngineContext.Schedules, id => ScheduleActor.Props(id, engine), lasting, StopQuietly.Instance));
            registry.Register<GeneratorShards>(Start(EngineContext.Generators, id => GeneratorActor.Props(id, engine), lasting, StopQuietly.Instance));
            registry.Register<DeploymentShards>(Start(EngineContext.Deployments, id => DeploymentActor.Props(id, engine), lasting, StopQuietly.Instance));
            var memory = new ChannelMemory(engine.Options.ChannelBytes);
            registry.Register<ChannelShards>(Start(EngineContext.Channels, id => ChannelActor.Props(id, engine, memory), lasting, PoisonPill.Instance));
            StartReconciler(system, engine);
            system.ActorOf(CoreActors.Props(engine), CoreActors.Name);

            IActorRef Start(string type, Func<string, Props> props, ClusterShardingSettings settings, object stop) =>
                ClusterSharding.Get(system).Start(type, props, settings, extractor, Allocation(system, engine), stop);
        });
        return builder;
    }

    // One in the cluster, on the oldest seed; every core node knows the way.
    private static void StartReconciler(ActorSystem system, EngineContext engine)
    {
        if (Akka.Cluster.Cluster.Get(system).SelfRoles.Contains(SeedRole))
        {
            system.ActorOf(
                ClusterSingletonManager.Props(ReconcilerActor.Props(engine), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(SeedRole).WithSingletonName(ReconcilerActor.Name)),
                ReconcilerActor.ManagerName);
        }

        Regions.Of(system).Reconciler = system.ActorOf(
            ClusterSingletonProxy.Props($"/user/{ReconcilerActor.ManagerName}", ClusterSingletonProxySettings.Create(system).WithRole(SeedRole).WithSingletonName(ReconcilerActor.Name)), "reconciler-way");
    }

    // A store that one process has by itself has no cluster but this node's.
    private static void Join(ActorSystem system, EngineContext engine)
    {
        system.ActorOf(LeaseKeeper.Props(engine.Store.Members), LeaseKeeper.Name);
        if (engine.Store.Members is { } members)
        {
            system.ActorOf(MembershipActor.Props(members), MembershipActor.Name);
        }
        else
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            cluster.Join(cluster.SelfAddress);
        }
    }

    private static IShardAllocationStrategy Allocation(ActorSystem system, EngineContext engine)
    {
        var config = system.Settings.Config.GetConfig("akka.cluster.sharding.least-shard-allocation-strategy");
        var least = ShardAllocationStrategy.LeastShardAllocationStrategy(config.GetInt("rebalance-absolute-limit"), config.GetDouble("rebalance-relative-limit"));
        return engine.Store.Members is null ? least : new FencedAllocation(least);
    }

    /// <summary>What a node without shards needs: the way to those of the core nodes.</summary>
    public static AkkaConfigurationBuilder WithMusterProxies(this AkkaConfigurationBuilder builder, int shards = 128)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var extractor = new MusterMessageExtractor(shards);
        builder.WithShardRegionProxy<ProcessShards>(EngineContext.Processes, CoreRole, extractor);
        builder.WithShardRegionProxy<QueueShards>(EngineContext.Queues, CoreRole, extractor);
        builder.WithShardRegionProxy<ExecutorShards>(EngineContext.Executors, CoreRole, extractor);
        builder.WithShardRegionProxy<WorkflowShards>(EngineContext.Workflows, CoreRole, extractor);
        builder.WithShardRegionProxy<ScheduleShards>(EngineContext.Schedules, CoreRole, extractor);
        builder.WithShardRegionProxy<GeneratorShards>(EngineContext.Generators, CoreRole, extractor);
        builder.WithShardRegionProxy<DeploymentShards>(EngineContext.Deployments, CoreRole, extractor);
        builder.WithShardRegionProxy<ChannelShards>(EngineContext.Channels, CoreRole, extractor);
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

    /// <summary>The key of the workflow shards in the actor registry.</summary>
    public sealed class WorkflowShards;

    /// <summary>The key of the schedule shards in the actor registry.</summary>
    public sealed class ScheduleShards;

    /// <summary>The key of the generator shards in the actor registry.</summary>
    public sealed class GeneratorShards;

    /// <summary>The key of the deployment shards in the actor registry.</summary>
    public sealed class DeploymentShards;

    /// <summary>The key of the channel shards in the actor registry.</summary>
    public sealed class ChannelShards;
}
