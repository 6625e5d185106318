using Akka.Cluster.Sharding;
using Muster.Messages;
using Muster.Messages.Channels;
using Muster.Messages.Deployments;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Engine.Hosting;

/// <summary>Which entity a message is for, and which shard that lives in: the same number as in the read model.</summary>
/// <param name="shards">How many shards there are.</param>
internal sealed class MusterMessageExtractor(int shards) : IMessageExtractor
{
    public string? EntityId(object message) => message switch
    {
        IForProcess m => m.Process.ToString(),
        IForQueue m => m.Queue.ToString(),
        IForExecutor m => m.Executor.ToString(),
        IForWorkflow m => m.Workflow.ToString(),
        IForSchedule m => m.Schedule.ToString(),
        IForDeployment m => m.Deployment.ToString(),
        IForGenerator m => m.Generator.ToString(),
        IForChannels m => m.Process.ToString(),
        _ => null,
    };

    public object EntityMessage(object message) => message;

    public string? ShardId(object message) => EntityId(message) is { } id ? ShardId(id) : null;

    public string ShardId(string entityId, object? messageHint = null) => Shards.Of(entityId, shards).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
