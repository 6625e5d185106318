using Akka.Actor;
using Akka.Cluster;
using Muster.Engine.Deployments.Controllers;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Feeds;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;
using Muster.Persistence;

namespace Muster.Engine;

/// <summary>What the actors of a core node share.</summary>
/// <param name="Store">The store.</param>
/// <param name="Options">Settings.</param>
public sealed record EngineContext(IStore Store, EngineOptions Options)
{
    /// <summary>The sharding type name of processes.</summary>
    public const string Processes = "process";

    /// <summary>The sharding type name of queues.</summary>
    public const string Queues = "queue";

    /// <summary>The sharding type name of executors.</summary>
    public const string Executors = "executor";

    /// <summary>The sharding type name of workflows.</summary>
    public const string Workflows = "workflow";

    /// <summary>The sharding type name of schedules.</summary>
    public const string Schedules = "schedule";

    /// <summary>The sharding type name of generators.</summary>
    public const string Generators = "generator";

    /// <summary>The sharding type name of deployments.</summary>
    public const string Deployments = "deployment";

    /// <summary>The sharding type name of the channels of processes.</summary>
    public const string Channels = "channel";

    /// <summary>Tells of transitions of processes, for all of this node.</summary>
    public IProcessFeed Feed { get; } = new ProcessFeed(Store);

    /// <summary>The keys that secrets of deployments are encrypted with.</summary>
    public SecretKeys Secrets { get; init; } = SecretKeys.None;

    /// <summary>Where instances that connect by themselves find the gateway; null when nobody knows.</summary>
    public Func<string?> Url { get; init; } = () => null;

    /// <summary>Makes the controllers of deployments besides that of the nodes.</summary>
    public IReadOnlyList<Func<IStore, IInstanceController>> Controllers { get; init; } = [];

    /// <summary>The time that all limits go by.</summary>
    public TimeProvider Clock => Store.Clock;

    /// <summary>Where messages for processes go.</summary>
    public static IActorRef ProcessRegion(ActorSystem system) => Regions.Of(system).Of(Processes);

    /// <summary>Where messages for queues go.</summary>
    public static IActorRef QueueRegion(ActorSystem system) => Regions.Of(system).Of(Queues);

    /// <summary>Where messages for executors go.</summary>
    public static IActorRef ExecutorRegion(ActorSystem system) => Regions.Of(system).Of(Executors);

    /// <summary>Where messages for workflows go.</summary>
    public static IActorRef WorkflowRegion(ActorSystem system) => Regions.Of(system).Of(Workflows);

    /// <summary>Where messages for schedules go.</summary>
    public static IActorRef ScheduleRegion(ActorSystem system) => Regions.Of(system).Of(Schedules);

    /// <summary>Where messages for generators go.</summary>
    public static IActorRef GeneratorRegion(ActorSystem system) => Regions.Of(system).Of(Generators);

    /// <summary>Where messages for deployments go.</summary>
    public static IActorRef DeploymentRegion(ActorSystem system) => Regions.Of(system).Of(Deployments);

    /// <summary>Where messages for channels go.</summary>
    public static IActorRef ChannelRegion(ActorSystem system) => Regions.Of(system).Of(Channels);

    /// <summary>The way to the reconciler, wherever it is.</summary>
    public static IActorRef ReconcilerOf(ActorSystem system) => Regions.Of(system).Reconciler;

    /// <summary>Whether the shards of this node take messages; false in the first moments of a node, and always without the role core.</summary>
    public static bool IsOpen(ActorSystem system) => Regions.Of(system).IsOpen;

    /// <summary>Whether this node does what one of the seeds has to do; around a change two may think so for a moment.</summary>
    public static bool IsOldestSeed(ActorSystem system) => Oldest.IsSelf(Cluster.Get(system), EngineHosting.SeedRole);

    /// <summary>Where workers and gateways send their demand.</summary>
    public static ActorSelection WorkRouterOf(ActorSystem system) => system.ActorSelection($"/user/{EngineHosting.WorkRouter}");

    /// <summary>The clock of this node.</summary>
    internal static IActorRef ClockOf(ActorSystem system) => Regions.Of(system).Clock;

    /// <summary>Who wakes children of final processes on this node.</summary>
    internal static IActorRef ChildWakerOf(ActorSystem system) => Regions.Of(system).ChildWaker;
}
