namespace Muster.Engine.Hosting;

/// <summary>How a node gets to a cluster.</summary>
/// <param name="Address">Where the inside of a seed listens, HOST:PORT.</param>
/// <param name="Store">The address of the store, when nodes can share it.</param>
public sealed record ClusterContact(string Address, string? Store);
