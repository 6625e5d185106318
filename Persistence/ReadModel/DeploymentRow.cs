using Muster.Messages.Deployments;

namespace Muster.Persistence.ReadModel;

/// <summary>A deployment as its row says it.</summary>
public sealed record DeploymentRow
{
    /// <summary>Its identity.</summary>
    public required DeploymentId Id { get; init; }

    /// <summary>How many, where, and how they change.</summary>
    public required DeploymentSpec Spec { get; init; }

    /// <summary>What runs.</summary>
    public required InstanceTemplate Template { get; init; }

    /// <summary>Whether it is to run.</summary>
    public bool Enabled { get; init; }

    /// <summary>The revision that is to run.</summary>
    public long Revision { get; init; }

    /// <summary>The highest revision that it had; above <see cref="Revision"/> when it returned to an older one.</summary>
    public long Latest { get; init; }

    /// <summary>Rises with every change.</summary>
    public long Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who changed it last.</summary>
    public string? UpdatedBy { get; init; }
}
