namespace Muster.Messages.Deployments;

/// <summary>Something that the reconciler does, or does not do, for a deployment, and why.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Kind">start, restart, stop, forget, wait, hold, scale, no-node or error.</param>
/// <param name="Instance">The instance that it is about; null for the deployment as a whole.</param>
/// <param name="Node">Where; null when it has no place.</param>
/// <param name="Revision">The revision that it is about.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record DeploymentDecision(DeploymentId Deployment, string Kind, string? Instance, string? Node, long Revision, string Reason);
