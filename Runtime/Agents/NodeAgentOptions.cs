using System.Collections.Immutable;
using Muster.Engine.Deployments.Secrets;
using Muster.Messages.Processes;

namespace Muster.Runtime.Agents;

/// <summary>How a node runs instances of deployments.</summary>
public sealed record NodeAgentOptions
{
    /// <summary>The name of the node; also its label <c>muster.node</c>.</summary>
    public required string Node { get; init; }

    /// <summary>The folder below which the instances have theirs. Of several nodes of one machine each takes a numbered folder in it that no other uses.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether it takes instances; default yes.</summary>
    public bool Takes { get; init; } = true;

    /// <summary>Whether the folder goes when the node ends.</summary>
    public bool Passing { get; init; }

    /// <summary>Labels, for placement and for conditions of processes.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the node is, for conditions of processes; the executor in it is not used.</summary>
    public Capability Capability { get; init; } = new() { Executor = "node" };

    /// <summary>The keys that open secrets.</summary>
    public SecretKeys Secrets { get; init; } = SecretKeys.None;

    /// <summary>How long running attempts may go on when the node stops; default 10 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);
}
