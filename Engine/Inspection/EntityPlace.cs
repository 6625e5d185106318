namespace Muster.Engine.Inspection;

/// <summary>Where an entity lives.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Node">The node that has the shard; null while nobody needed it.</param>
/// <param name="InMemory">Whether it is in memory there; else it is in the store only.</param>
public sealed record EntityPlace(string Shard, string? Node, bool InMemory);
