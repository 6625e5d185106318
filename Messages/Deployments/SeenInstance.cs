using System.Collections.Immutable;

namespace Muster.Messages.Deployments;

/// <summary>An instance as its controller sees it.</summary>
public sealed record SeenInstance
{
    /// <summary>Its id, unique in the cluster; also the executor id under which it takes processes.</summary>
    public required string Id { get; init; }

    /// <summary>The deployment that it belongs to.</summary>
    public required DeploymentId Deployment { get; init; }

    /// <summary>The revision that it runs.</summary>
    public required long Revision { get; init; }

    /// <summary>Where it is, as its controller names places; empty when that has no places.</summary>
    public string Node { get; init; } = "";

    /// <summary>What it is doing.</summary>
    public required SeenState State { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How often it was started again after it had ended by itself.</summary>
    public int Restarts { get; init; }

    /// <summary>The exit code of one that ended by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The number of its process on its node.</summary>
    public int? Pid { get; init; }

    /// <summary>The last lines that it wrote, when it has ended or is unhealthy.</summary>
    public ImmutableArray<string> LastLines { get; init; } = [];
}
