using Akka.Actor;
using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>Instances as processes of the worker nodes of the cluster.</summary>
/// <param name="watch">The actor that speaks to the agents of the nodes.</param>
internal sealed class NodesController(IActorRef watch) : IInstanceController
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    public string Name => DeploymentSpec.NodesController;

    public Task<ControllerPass> PassAsync(IReadOnlyList<DesiredDeployment> desired, CancellationToken cancel) => watch.Ask<ControllerPass>(new AgentWatch.Pass(desired), Limit, cancel);

    public async Task<IReadOnlyList<string>?> LogAsync(SeenInstance instance, int lines, CancellationToken cancel) =>
        await watch.Ask<object>(new AgentWatch.Log(instance, lines), Limit, cancel).ConfigureAwait(false) is AgentMessage.LogLines log ? log.Lines : null;

    public ValueTask DisposeAsync() => default;
}
