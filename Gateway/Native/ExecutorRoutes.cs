using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Executors;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Executors that registered.</summary>
internal static class ExecutorRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/executors").WithTags("Executors");
        group.MapPost("", RegisterAsync).For(KeyRole.Worker).WithName("executor-register").WithSummary("Register, or replace what is known").Accepts<ExecutorWire>("application/json").Produces<ExecutorWire>(201).Produces<ExecutorWire>(200);
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("executors").WithSummary("Every registered executor").Produces<ExecutorListWire>();
        group.MapGet("/{id}", GetAsync).For(KeyRole.Reader).WithName("executor").WithSummary("One executor").Produces<ExecutorWire>().ProducesProblem(404);
        group.MapPost("/{id}/heartbeat", (string id, HttpContext http, NativeServices services) => SendAsync(new ExecutorCommand.Seen { Executor = Address(id, http), CommandId = ProcessRoutes.Fresh() }, http, services))
            .For(KeyRole.Worker).WithName("executor-heartbeat").WithSummary("It is there").Produces(204).ProducesProblem(404);
        group.MapDelete("/{id}", (string id, HttpContext http, NativeServices services) => SendAsync(new ExecutorCommand.Remove { Executor = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) }, http, services))
            .For(KeyRole.Worker).WithName("executor-remove").WithSummary("Remove it; its attempts are given back, not counted").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.ExecutorWire).ConfigureAwait(false);
        if (wire.RegisteredAt is not null || wire.LastSeen is not null)
        {
            throw new BadRequestException(400, "'registeredAt' and 'lastSeen' are the server's to say.", wire.LastSeen is null ? "registeredAt" : "lastSeen");
        }

        var executor = new ExecutorId(Caller.Namespace(http, wire.Namespace), Checks.Id(wire.Id, "id"));
        var capability = AssignRoutes.CapabilityOf(executor.Id, Checks.IdList(wire.Types, 100, "types"), wire.Functions, wire.Runtimes, wire.Labels, wire.Location, wire.Resources);
        var reply = await services.Gate.SendAsync(
            new ExecutorCommand.Register { Executor = executor, CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), Capability = capability }, http.RequestAborted).ConfigureAwait(false);
        return reply switch
        {
            ExecutorReply.Done done => Results.Json(
                Of((await services.Store.Read.ExecutorAsync(executor.Namespace, executor.Id, http.RequestAborted).ConfigureAwait(false))!), NativeJson.Default.ExecutorWire, statusCode: done.Existed ? 200 : 201),
            _ => Refused(reply),
        };
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var rows = await services.Store.Read.ExecutorsAsync(Caller.Namespace(http), http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new ExecutorListWire([.. rows.Select(Of)]), NativeJson.Default.ExecutorListWire);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, NativeServices services)
    {
        var executor = Address(id, http);
        var row = await services.Store.Read.ExecutorAsync(executor.Namespace, executor.Id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new BadRequestException(404, $"There is no executor {id} in namespace {executor.Namespace}. Register it first.");
        return Results.Json(Of(row), NativeJson.Default.ExecutorWire);
    }

    private static async Task<IResult> SendAsync(ExecutorCommand command, HttpContext http, NativeServices services)
    {
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is ExecutorReply.Done ? Results.NoContent() : Refused(reply);
    }

    private static IResult Refused(ExecutorReply reply) => reply is ExecutorReply.Refused refused
        ? Problems.Of(refused.Problem, refused.Message)
        : Problems.Of(500, "The executor gave an answer that is not known.");

    private static ExecutorId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "id"));

    private static ExecutorWire Of(ExecutorRow row) => new()
    {
        Id = row.Id,
        Namespace = row.Namespace,
        Types = row.Capability.Types,
        Functions = row.Capability.Functions,
        Runtimes = row.Capability.Runtimes,
        Labels = row.Capability.Labels,
        Location = row.Capability.Location,
        Resources = row.Capability.Resources,
        RegisteredAt = row.RegisteredAt,
        LastSeen = row.LastSeen,
    };
}
