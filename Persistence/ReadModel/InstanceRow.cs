using Muster.Messages.Deployments;

namespace Muster.Persistence.ReadModel;

/// <summary>An instance of a deployment, as the reconciler saw it last.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Seen">The instance.</param>
/// <param name="UpdatedAt">When that was written.</param>
public sealed record InstanceRow(DeploymentId Deployment, SeenInstance Seen, DateTimeOffset UpdatedAt);
