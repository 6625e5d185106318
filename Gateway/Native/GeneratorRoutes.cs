using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>Generators: they collect arguments, and run work with some of them at a time.</summary>
internal static class GeneratorRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/generators").WithTags("Generators");
        group.MapPost("", CreateAsync).For(KeyRole.Submitter).WithName("generator-create").WithSummary("Make a generator")
            .Accepts<GeneratorPutWire>("application/json").Produces<GeneratorWire>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("generators").WithSummary("Every generator, by id").Produces<GeneratorPageWire>();
        group.MapGet("/{id}", (string id, HttpContext http, NativeServices services) => ShowAsync(Address(id, http), 200, http, services))
            .For(KeyRole.Reader).WithName("generator").WithSummary("One generator").Produces<GeneratorWire>().ProducesProblem(404);
        group.MapDelete("/{id}", DeleteAsync).For(KeyRole.Submitter).WithName("generator-remove").WithSummary("Remove it with the arguments that wait; what it has fired goes on").Produces(204).ProducesProblem(404);
        group.MapPost("/{id}/pack", PackAsync).For(KeyRole.Submitter).WithName("generator-pack").WithSummary("Add arguments")
            .Accepts<PackWire>("application/json").Produces<PackedWire>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(429);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.GeneratorPutWire).ConfigureAwait(false);
        var id = new GeneratorId(Caller.Namespace(http, wire.Namespace), wire.Id is null ? Ids.New(services.Clock) : Checks.Id(wire.Id, "id"));
        var spec = new GeneratorSpec
        {
            Count = wire.Count ?? throw new BadRequestException(400, "'count' is missing: how many arguments make a run?", "count"),
            Timeout = Checks.Positive(wire.Timeout, "timeout"),
            Work = Templates.Of(wire.Process, wire.Workflow, id.Namespace, services.Store),
        };
        var command = new GeneratorCommand.Create { Generator = id, CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), Spec = spec };
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is GeneratorReply.Done ? await ShowAsync(id, 201, http, services).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var (after, limit) = Templates.Page(http);
        var rows = await services.Store.Read.GeneratorsAsync(Caller.Namespace(http), after, limit, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new GeneratorPageWire([.. rows.Select(GeneratorWire.Of)], rows.Count == limit ? rows[^1].Id.Id : null), NativeJson.Default.GeneratorPageWire);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, NativeServices services)
    {
        var command = new GeneratorCommand.Remove { Generator = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) };
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is GeneratorReply.Done ? Results.NoContent() : Refused(reply);
    }

    private static async Task<IResult> PackAsync(string id, HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.PackWire).ConfigureAwait(false);
        ImmutableArray<JsonElement> args = wire.Args ?? [];
        if (args.Length is 0 or > Checks.BatchItems)
        {
            throw new BadRequestException(400, $"'args' holds 1 to {Checks.BatchItems} arguments.", "args");
        }

        var bytes = 0L;
        foreach (var arg in args)
        {
            Checks.Unicode(arg, "args");
            bytes += JsonMarshal.GetRawUtf8Value(arg).Length;
        }

        if (bytes > Checks.SpecBytes)
        {
            throw new BadRequestException(413, $"The arguments are {bytes} bytes; at most {Checks.SpecBytes} are taken at once. Send several.", "args");
        }

        var command = new GeneratorCommand.Pack { Generator = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), Args = args };
        return await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false) switch
        {
            GeneratorReply.Done done => Results.Json(new PackedWire(done.Waiting), NativeJson.Default.PackedWire),
            var reply => Refused(reply),
        };
    }

    private static async Task<IResult> ShowAsync(GeneratorId id, int status, HttpContext http, NativeServices services)
    {
        var row = await services.Store.Read.GeneratorAsync(id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new BadRequestException(404, $"There is no generator {id.Id} in namespace {id.Namespace}.");
        return Results.Json(GeneratorWire.Of(row), NativeJson.Default.GeneratorWire, statusCode: status);
    }

    private static IResult Refused(GeneratorReply reply) => reply is GeneratorReply.Refused refused
        ? Problems.Of(refused.Problem, refused.Message)
        : Problems.Of(500, "The generator gave an answer that is not known.");

    private static GeneratorId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "id"));
}
