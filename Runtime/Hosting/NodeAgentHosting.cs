using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Muster.Engine.Membership;
using Muster.Runtime.Agents;

namespace Muster.Runtime.Hosting;

/// <summary>Puts the agent for instances of deployments into an actor system.</summary>
public static class NodeAgentHosting
{
    /// <summary>The name of the agent; the reconciler finds it by that.</summary>
    public const string ActorName = "node-agent";

    /// <summary>What the end of instances costs after their work was cancelled: the time between their signals.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(15);

    /// <summary>Runs instances of deployments on this node, which needs Linux. When the node stops they end; when it is killed or was shut out of the cluster they go on, and its next life finds them.</summary>
    public static AkkaConfigurationBuilder WithNodeAgent(this AkkaConfigurationBuilder builder, NodeAgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var milliseconds = ((long)(options.Drain + AfterDrain).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        builder.AddHocon($"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeServiceUnbind}.timeout = {milliseconds}ms", HoconAddMode.Prepend);
        return builder.WithActors((system, registry) =>
        {
            if (!OperatingSystem.IsLinux())
            {
                return;
            }

            var agent = system.ActorOf(NodeAgent.Props(options, TimeProvider.System), ActorName);
            registry.Register<Agent>(agent);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "end-instances", async () =>
            {
                await agent.Ask<Akka.Done>(new AgentLeave(ClusterExit.WasShutOut(system)), options.Drain + AfterDrain).ConfigureAwait(false);
                return Akka.Done.Instance;
            });
        });
    }

    /// <summary>The key of the agent in the actor registry.</summary>
    public sealed class Agent;
}
