namespace Muster.Messages.Deployments;

/// <summary>How a deployment changes from one revision to another.</summary>
public sealed record UpdatePolicy
{
    /// <summary>The way; default rolling.</summary>
    public UpdateKind Kind { get; init; }

    /// <summary>How many of the replicas may be missing or not healthy because of a roll-out; default 0.</summary>
    public int MaxUnavailable { get; init; }

    /// <summary>How many instances beyond the replicas there may be during a roll-out; default 1.</summary>
    public int MaxSurge { get; init; } = 1;
}
