namespace Muster.Messages.Deployments;

/// <summary>What happened to a deployment.</summary>
public abstract record DeploymentEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it.</summary>
    public string? By { get; init; }

    /// <summary>The number of this event among those of the deployment; it rises also across a removal.</summary>
    public required long Version { get; init; }

    /// <summary>The revision after it.</summary>
    public required long Revision { get; init; }

    /// <summary>It was made or changed, or returned to a revision.</summary>
    public sealed record Defined : DeploymentEvent
    {
        /// <summary>How many, where, and how they change.</summary>
        public required DeploymentSpec Spec { get; init; }

        /// <summary>What runs; null when that is what ran before.</summary>
        public InstanceTemplate? Template { get; init; }

        /// <summary>Whether it is enabled.</summary>
        public required bool Enabled { get; init; }

        /// <summary>When it was made.</summary>
        public required DateTimeOffset CreatedAt { get; init; }

        /// <summary>Whether it returned to a revision that there was before.</summary>
        public bool Returned { get; init; }
    }

    /// <summary>It was enabled or disabled.</summary>
    public sealed record Switched : DeploymentEvent
    {
        /// <summary>Whether it is enabled.</summary>
        public required bool Enabled { get; init; }
    }

    /// <summary>It no longer exists. <see cref="DeploymentEvent.Revision"/> is the highest that it had; one made under its name goes on from there.</summary>
    public sealed record Removed : DeploymentEvent;
}
