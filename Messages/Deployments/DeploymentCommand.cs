namespace Muster.Messages.Deployments;

/// <summary>What a deployment is asked to do. A repetition with the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record DeploymentCommand : IMusterMessage, IForDeployment
{
    /// <inheritdoc />
    public required DeploymentId Deployment { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks.</summary>
    public string? By { get; init; }

    /// <summary>The revision that must be the present one, 0 for none; null when any may.</summary>
    public long? ExpectedRevision { get; init; }

    /// <summary>The version that must be the present one; null when any may.</summary>
    public long? ExpectedVersion { get; init; }

    /// <summary>Exist, and be so.</summary>
    public sealed record Put : DeploymentCommand
    {
        /// <summary>How many, where, and how they change.</summary>
        public required DeploymentSpec Spec { get; init; }

        /// <summary>What runs.</summary>
        public required InstanceTemplate Template { get; init; }

        /// <summary>Whether it is enabled; null leaves it as it is, and a new one is.</summary>
        public bool? Enabled { get; init; }

        /// <summary>Whether it gets a new revision even when nothing of it is changed.</summary>
        public bool Force { get; init; }
    }

    /// <summary>No longer exist.</summary>
    public sealed record Remove : DeploymentCommand;

    /// <summary>Run, or not.</summary>
    public sealed record Switch : DeploymentCommand
    {
        /// <summary>Whether it runs.</summary>
        public required bool Enabled { get; init; }
    }

    /// <summary>Return to a revision.</summary>
    public sealed record RollBack : DeploymentCommand
    {
        /// <summary>The revision.</summary>
        public required long Revision { get; init; }

        /// <summary>What ran in it.</summary>
        public required InstanceTemplate Template { get; init; }
    }
}
