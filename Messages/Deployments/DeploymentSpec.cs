using System.Collections.Immutable;

namespace Muster.Messages.Deployments;

/// <summary>How many instances there should be, where, and how they change. Nothing in here makes a new revision.</summary>
public sealed record DeploymentSpec
{
    /// <summary>The controller of instances as processes of nodes.</summary>
    public const string NodesController = "nodes";

    /// <summary>Who makes it real; default the nodes of the cluster.</summary>
    public string Controller { get; init; } = NodesController;

    /// <summary>How many instances; with <see cref="Scale"/> only the first number. Default 1.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>One instance on each node that fits, whatever <see cref="Replicas"/> says.</summary>
    public bool OnePerNode { get; init; }

    /// <summary>Whether and how the number follows the backlog.</summary>
    public ScalePolicy? Scale { get; init; }

    /// <summary>How it changes from one revision to another.</summary>
    public UpdatePolicy Update { get; init; } = new();

    /// <summary>What happens to an instance that ended by itself.</summary>
    public RestartPolicy Restart { get; init; } = new();

    /// <summary>Labels, for people and tools.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
}
