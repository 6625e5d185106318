using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Inspection;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native.Cluster;

/// <summary>Lets a node take no more work, and again.</summary>
internal static class WorkRoutes
{
    private static readonly TimeSpan StandardDeadline = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/cluster").WithTags("Cluster");
        group.MapPost("/drain", DrainAsync).ForAllNamespaces(KeyRole.Operator).WithName("cluster-drain").WithSummary("Let a node take no more work; what runs may finish until the deadline")
            .Accepts<ClusterCommandWire>("application/json").Produces<NodeWorkWire>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/undrain", UndrainAsync).ForAllNamespaces(KeyRole.Operator).WithName("cluster-undrain").WithSummary("Let a node take work again")
            .Accepts<ClusterCommandWire>("application/json").Produces<NodeWorkWire>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> DrainAsync(HttpContext http, ClusterServices services)
    {
        var wire = await MemberRoutes.ConfirmedAsync(http).ConfigureAwait(false);
        var deadline = wire.Deadline ?? StandardDeadline;
        if (deadline < TimeSpan.Zero || deadline > LongestDeadline)
        {
            throw new BadRequestException(400, "'deadline' is at least 0 and at most a day.", "deadline");
        }

        return await TellAsync(http, services, wire, new NodeQuestion.Drain { Deadline = deadline }).ConfigureAwait(false);
    }

    private static async Task<IResult> UndrainAsync(HttpContext http, ClusterServices services) =>
        await TellAsync(http, services, await MemberRoutes.ConfirmedAsync(http).ConfigureAwait(false), new NodeQuestion.Undrain()).ConfigureAwait(false);

    private static async Task<IResult> TellAsync(HttpContext http, ClusterServices services, ClusterCommandWire wire, NodeQuestion question)
    {
        var member = services.Member(wire.Address, "address");
        return await services.Nodes.AskAsync(member, question, http.RequestAborted).ConfigureAwait(false) switch
        {
            NodeAnswer.Duty work => Results.Json(new NodeWorkWire(member, work.State), NativeJson.Default.NodeWorkWire, statusCode: 202),
            NodeAnswer.Refused refused => Problems.Of(409, refused.Why),
            _ => Problems.Of(500, $"The node {member} answered something else."),
        };
    }
}
