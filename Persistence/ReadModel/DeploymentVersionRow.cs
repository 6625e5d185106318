using Muster.Messages.Deployments;

namespace Muster.Persistence.ReadModel;

/// <summary>How far a deployment is; whoever keeps its row sees by it whether that is still true.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Version">Rises with every change, also across a removal.</param>
public readonly record struct DeploymentVersionRow(DeploymentId Id, long Version);
