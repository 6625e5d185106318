using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Deployments;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>The output of instances, asked of whoever runs them.</summary>
internal static class DeploymentLogs
{
    private const int Lines = 10_000;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder group) =>
        group.MapGet("/{id}/instances/{instance}/logs", ReadAsync).For(KeyRole.Reader).WithName("deployment-logs").WithSummary("The last lines of an instance").Produces<InstanceLogWire>().ProducesProblem(404).ProducesProblem(503);

    private static async Task<IResult> ReadAsync(string id, string instance, HttpContext http, NativeServices services)
    {
        var deployment = DeploymentRoutes.Address(id, http);
        var lines = (int)Checks.InRange(Filters.Number(http.Request.Query["lines"].FirstOrDefault(), "lines") ?? 100, 1, Lines, "lines");
        var row = (await services.Store.Read.InstancesAsync(deployment, http.RequestAborted).ConfigureAwait(false)).FirstOrDefault(i => i.Seen.Id == instance)
            ?? throw new BadRequestException(404, $"There is no instance {instance} of a deployment {id} in namespace {deployment.Namespace}.");
        var wanted = await services.Store.Read.DeploymentAsync(deployment, http.RequestAborted).ConfigureAwait(false);
        try
        {
            var answer = await EngineContext.ReconcilerOf(services.System).Ask<object>(
                new ReconcilerMessage.ReadLog { Instance = row.Seen, Controller = wanted?.Spec.Controller ?? DeploymentSpec.NodesController, Lines = lines }, AnswerWithin, http.RequestAborted).ConfigureAwait(false);
            return answer switch
            {
                AgentMessage.LogLines log => Results.Json(new InstanceLogWire(log.Lines), NativeJson.Default.InstanceLogWire),
                ReconcilerMessage.NoLog none => Problems.Of(503, none.Reason),
                _ => Problems.Of(503, "The reconciler gave an answer that is not known."),
            };
        }
        catch (AskTimeoutException)
        {
            return Problems.Of(503, $"The node {row.Seen.Node} does not answer now.");
        }
    }
}
