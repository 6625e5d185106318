using Akka.Actor;
using Akka.Cluster.Sharding;
using Muster.Messages;
using Muster.Messages.Inspection;

namespace Muster.Engine.Inspection;

/// <summary>Shows which node has which shards, and where an entity lives.</summary>
/// <param name="system">A core node.</param>
/// <param name="shards">How many shards there are.</param>
public sealed class ShardDesk(ActorSystem system, int shards)
{
    private static readonly TimeSpan RegionLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The types of shards, sorted.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. new[]
    {
        EngineContext.Channels, EngineContext.Executors, EngineContext.Generators, EngineContext.Processes, EngineContext.Queues, EngineContext.Schedules, EngineContext.Workflows,
    }.Order(StringComparer.Ordinal)];

    /// <summary>The shards of a type, and how many entities each has in memory, by node.</summary>
    /// <exception cref="TimeoutException">The shards do not answer.</exception>
    public async Task<IReadOnlyList<ShardsOfNode>> OfAsync(string type, CancellationToken cancel = default)
    {
        try
        {
            var stats = await Regions.Of(system).Of(type).Ask<ClusterShardingStats>(new GetClusterShardingStats(RegionLimit), Limit, cancel).ConfigureAwait(false);
            return
            [
                .. stats.Regions.Select(r => new ShardsOfNode(
                    r.Key.ToString(),
                    r.Value.Stats.OrderBy(s => s.Key.Length).ThenBy(s => s.Key, StringComparer.Ordinal).ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal),
                    [.. r.Value.Failed.Order(StringComparer.Ordinal)])).OrderBy(r => r.Node, StringComparer.Ordinal),
            ];
        }
        catch (AskTimeoutException)
        {
            throw new TimeoutException($"The shards of '{type}' do not answer. They may be moving; try again in some seconds.");
        }
    }

    /// <summary>Where an entity lives.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="entity">Its id there, like <c>default/hello</c>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TimeoutException">The shards do not answer.</exception>
    public async Task<EntityPlace> LocateAsync(string type, string entity, CancellationToken cancel = default)
    {
        var shard = Shards.Of(entity, shards).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var node = (await OfAsync(type, cancel).ConfigureAwait(false)).FirstOrDefault(r => r.Shards.ContainsKey(shard))?.Node;
        var answer = node is null ? null : await new NodeDesk(system).AskAsync(node, new NodeQuestion.Find { Type = type, Entity = entity }, cancel).ConfigureAwait(false);
        return new EntityPlace(shard, node, answer is NodeAnswer.Find { IsHere: true });
    }
}
