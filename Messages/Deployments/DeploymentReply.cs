namespace Muster.Messages.Deployments;

/// <summary>The answer to a <see cref="DeploymentCommand"/>; what it grants is durable.</summary>
public abstract record DeploymentReply : IMusterMessage
{
    /// <summary>The deployment that answers.</summary>
    public required DeploymentId Deployment { get; init; }

    /// <summary>The revision that it has now; 0 when there is none.</summary>
    public long Revision { get; init; }

    /// <summary>The version that it has now.</summary>
    public long Version { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : DeploymentReply
    {
        /// <summary>Whether the deployment was there before.</summary>
        public bool Existed { get; init; }

        /// <summary>Whether anything was changed.</summary>
        public bool Changed { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : DeploymentReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
