using System.Collections.Immutable;
using Muster.Engine.Deployments.Planning;
using Muster.Engine.Deployments.Secrets;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>Gathers what the start of an instance needs from the store.</summary>
/// <param name="engine">The store.</param>
internal sealed class StartPreparation(EngineContext engine)
{
    private readonly SecretStore _secrets = new(engine.Store.Records, engine.Secrets);

    /// <summary>Makes the message; term and number are still missing.</summary>
    /// <exception cref="InvalidOperationException">A revision or a secret is not there.</exception>
    public async Task<AgentMessage.Start> PrepareAsync(InstanceOrder.Start order, DesiredDeployment desired)
    {
        var template = order.Revision == desired.Revision
            ? desired.Template
            : (await engine.Store.Read.DeploymentRevisionAsync(order.Deployment, order.Revision).ConfigureAwait(false))?.Template
                ?? throw new InvalidOperationException($"The revision {order.Revision} is not there any more.");
        var secrets = ImmutableSortedDictionary.CreateBuilder<string, SealedSecret>(StringComparer.Ordinal);
        foreach (var (variable, name) in template.Secrets)
        {
            secrets[variable] = await _secrets.SealedAsync(order.Deployment.Namespace, name).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"There is no secret {name} in namespace {order.Deployment.Namespace}, which the variable {variable} is to have. PUT /v1/secrets/{name} makes it.");
        }

        return new AgentMessage.Start
        {
            Number = 0,
            Instance = order.Instance,
            Deployment = order.Deployment,
            Revision = order.Revision,
            Template = template,
            Secrets = secrets.ToImmutable(),
            Url = engine.Url(),
            Restarts = order.Restarts,
        };
    }
}
