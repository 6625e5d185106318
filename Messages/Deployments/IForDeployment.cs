namespace Muster.Messages.Deployments;

/// <summary>A message that is routed to a deployment.</summary>
public interface IForDeployment
{
    /// <summary>Which deployment it is for.</summary>
    DeploymentId Deployment { get; }
}
