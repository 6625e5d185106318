namespace Muster.Engine.Inspection;

/// <summary>The shards of one type on one node.</summary>
/// <param name="Node">The address of the node.</param>
/// <param name="Shards">How many entities are in memory, by shard.</param>
/// <param name="Failed">Shards that did not answer.</param>
public sealed record ShardsOfNode(string Node, IReadOnlyDictionary<string, int> Shards, IReadOnlyList<string> Failed);
