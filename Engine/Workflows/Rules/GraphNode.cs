using System.Collections.Immutable;

namespace Muster.Engine.Workflows.Rules;

/// <summary>A node of a graph.</summary>
/// <param name="After">Names of the nodes that must have succeeded before.</param>
/// <param name="Fingerprint">A hash over the node when it was added later; null for one of the spec.</param>
public sealed record GraphNode(ImmutableArray<string> After, string? Fingerprint = null);
