using System.Collections.Immutable;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>What is wanted of a deployment at a moment.</summary>
public sealed record DesiredDeployment
{
    /// <summary>The deployment.</summary>
    public required DeploymentId Id { get; init; }

    /// <summary>The revision.</summary>
    public required long Revision { get; init; }

    /// <summary>How many instances; 0 when it is disabled.</summary>
    public required int Replicas { get; init; }

    /// <summary>Why there are none; null when it is to run.</summary>
    public string? Off { get; init; }

    /// <summary>One on each place that fits, instead of a number.</summary>
    public bool OnePerNode { get; init; }

    /// <summary>How one revision follows another.</summary>
    public UpdatePolicy Update { get; init; } = new();

    /// <summary>What happens to an instance that ended by itself.</summary>
    public RestartPolicy Restart { get; init; } = new();

    /// <summary>What runs.</summary>
    public required InstanceTemplate Template { get; init; }
}
