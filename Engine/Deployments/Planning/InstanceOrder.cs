using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>Something to do with an instance.</summary>
/// <param name="Deployment">The deployment that it belongs to.</param>
/// <param name="Instance">Its id.</param>
/// <param name="Node">Where; empty when the controller has no places.</param>
public abstract record InstanceOrder(DeploymentId Deployment, string Instance, string Node)
{
    /// <summary>Run it. One of this id that runs is ended first.</summary>
    /// <param name="Deployment">The deployment.</param>
    /// <param name="Instance">Its id.</param>
    /// <param name="Node">Where.</param>
    /// <param name="Revision">What.</param>
    /// <param name="Restarts">How often it was started again after it had ended by itself.</param>
    public sealed record Start(DeploymentId Deployment, string Instance, string Node, long Revision, int Restarts) : InstanceOrder(Deployment, Instance, Node);

    /// <summary>End it.</summary>
    /// <param name="Deployment">The deployment.</param>
    /// <param name="Instance">Its id.</param>
    /// <param name="Node">Where.</param>
    /// <param name="Drain">How long what it runs may go on.</param>
    public sealed record Stop(DeploymentId Deployment, string Instance, string Node, TimeSpan Drain) : InstanceOrder(Deployment, Instance, Node);

    /// <summary>Remove what is left of it.</summary>
    /// <param name="Deployment">The deployment.</param>
    /// <param name="Instance">Its id.</param>
    /// <param name="Node">Where.</param>
    public sealed record Forget(DeploymentId Deployment, string Instance, string Node) : InstanceOrder(Deployment, Instance, Node);
}
