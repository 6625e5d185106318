using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Deployments: which workers should exist, in which revision and how many.</summary>
internal static class DeploymentRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/deployments").WithTags("Deployments");
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("deployments").WithSummary("Every deployment, by name").Produces<DeploymentPageWire>();
        group.MapGet("/{id}", GetAsync).For(KeyRole.Reader).WithName("deployment").WithSummary("One deployment, with what runs").Produces<DeploymentWire>().ProducesProblem(404);
        group.MapPut("/{id}", PutAsync).For(KeyRole.Operator).WithName("deployment-put").WithSummary("Make or change a deployment; If-Match: \"REVISION\" or the ETag, If-None-Match: *")
            .Accepts<DeploymentPutWire>("application/json").Produces<DeploymentWire>(201).Produces<DeploymentWire>(200).ProducesProblem(400).ProducesProblem(409);
        group.MapDelete("/{id}", DeleteAsync).For(KeyRole.Operator).WithName("deployment-remove").WithSummary("Remove it; its instances end").Produces(204).ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/{id}/enable", (string id, HttpContext http, NativeServices services) => SwitchAsync(id, enabled: true, http, services))
            .For(KeyRole.Operator).WithName("deployment-enable").WithSummary("Run").Produces<DeploymentWire>().ProducesProblem(404);
        group.MapPost("/{id}/disable", (string id, HttpContext http, NativeServices services) => SwitchAsync(id, enabled: false, http, services))
            .For(KeyRole.Operator).WithName("deployment-disable").WithSummary("Run nothing; the revision stays").Produces<DeploymentWire>().ProducesProblem(404);
        group.MapGet("/{id}/revisions", RevisionsAsync).For(KeyRole.Reader).WithName("deployment-revisions").WithSummary("Every revision, the newest first").Produces<RevisionPageWire>().ProducesProblem(404);
        group.MapPost("/{id}/rollback", RollBackAsync).For(KeyRole.Operator).WithName("deployment-roll-back").WithSummary("Return to a revision")
            .Accepts<RollBackWire>("application/json").Produces<DeploymentWire>().ProducesProblem(404).ProducesProblem(409);
        group.MapGet("/{id}/instances", InstancesAsync).For(KeyRole.Reader).WithName("deployment-instances").WithSummary("Its instances, as the reconciler saw them last").Produces<InstanceListWire>().ProducesProblem(404);
        group.MapGet("/{id}/decisions", DecisionsAsync).For(KeyRole.Reader).WithName("deployment-decisions").WithSummary("What the reconciler decided, and why; the newest first").Produces<DecisionPageWire>().ProducesProblem(404);
        DeploymentLogs.Map(group);
        DeploymentFiles.Map(group);
    }

    /// <summary>A refusal that names everything that is wrong.</summary>
    public static IResult Refused(ImmutableArray<FaultWire> faults)
    {
        var details = Problems.Details(400, faults.Length == 1 ? faults[0].Message : $"{faults.Length} things are wrong; 'errors' names them. The first: {faults[0].Message}", faults[0].Field);
        details.Extensions["errors"] = JsonSerializer.SerializeToElement(faults, NativeJson.Default.ImmutableArrayFaultWire);
        return Problems.Of(details);
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var (after, limit) = Templates.Page(http);
        var ns = Caller.Namespace(http);
        var rows = await services.Store.Read.DeploymentsAsync(ns, after, limit, http.RequestAborted).ConfigureAwait(false);
        var instances = (await services.Store.Read.InstancesAsync(null, http.RequestAborted).ConfigureAwait(false)).ToLookup(i => i.Deployment, i => i.Seen);
        return Results.Json(
            new DeploymentPageWire([.. rows.Select(r => DeploymentWire.Of(r, instances[r.Id], whole: false))], rows.Count == limit ? rows[^1].Id.Id : null), NativeJson.Default.DeploymentPageWire);
    }

    private static Task<IResult> GetAsync(string id, HttpContext http, NativeServices services) => ShowAsync(Address(id, http), 200, http, services);

    private static async Task<IResult> PutAsync(string id, HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.DeploymentPutWire).ConfigureAwait(false);
        if (wire.Name is not null && wire.Name != id)
        {
            throw new BadRequestException(400, "The name of the body and the one of the address differ.", "name");
        }

        var deployment = new DeploymentId(Caller.Namespace(http, wire.Namespace), Checks.Id(id, "name"));
        var submission = DeploymentSubmission.Of(wire);
        if (!submission.Faults.IsEmpty)
        {
            return Refused(submission.Faults);
        }

        var (revision, version) = Expected(http);
        var reply = await services.Gate.SendAsync(Put(deployment, submission, wire, http) with { ExpectedRevision = revision, ExpectedVersion = version }, http.RequestAborted).ConfigureAwait(false);
        return reply is DeploymentReply.Done done ? await ShowAsync(deployment, done.Existed ? 200 : 201, http, services).ConfigureAwait(false) : Refused(reply);
    }

    /// <summary>The command that makes a deployment as it was sent.</summary>
    public static DeploymentCommand.Put Put(DeploymentId id, DeploymentSubmission submission, DeploymentPutWire wire, HttpContext http) => new()
    {
        Deployment = id,
        CommandId = ProcessRoutes.Fresh(),
        By = Caller.Of(http),
        Spec = submission.Spec,
        Template = submission.Template,
        Enabled = wire.Enabled,
        Force = wire.Force ?? false,
    };

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, NativeServices services)
    {
        var (revision, version) = Expected(http);
        var reply = await services.Gate.SendAsync(
            new DeploymentCommand.Remove { Deployment = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), ExpectedRevision = revision, ExpectedVersion = version }, http.RequestAborted).ConfigureAwait(false);
        return reply is DeploymentReply.Done ? Results.NoContent() : Refused(reply);
    }

    private static async Task<IResult> SwitchAsync(string id, bool enabled, HttpContext http, NativeServices services)
    {
        var (revision, version) = Expected(http);
        var deployment = Address(id, http);
        var reply = await services.Gate.SendAsync(
            new DeploymentCommand.Switch { Deployment = deployment, CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), Enabled = enabled, ExpectedRevision = revision, ExpectedVersion = version },
            http.RequestAborted).ConfigureAwait(false);
        return reply is DeploymentReply.Done ? await ShowAsync(deployment, 200, http, services).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> RollBackAsync(string id, HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.RollBackWire).ConfigureAwait(false);
        var deployment = Address(id, http);
        var row = await RowAsync(deployment, http, services).ConfigureAwait(false);
        var wanted = wire.Revision is { } number
            ? await services.Store.Read.DeploymentRevisionAsync(deployment, number, http.RequestAborted).ConfigureAwait(false)
            : await services.Store.Read.DeploymentRevisionsAsync(deployment, row.Revision, 1, http.RequestAborted).ConfigureAwait(false) is [var before] ? before : null;
        if (wanted is null)
        {
            throw new BadRequestException(404, wire.Revision is null ? $"The deployment {id} has no revision before {row.Revision}." : $"The deployment {id} has no revision {wire.Revision}.", "revision");
        }

        var (revision, version) = Expected(http);
        var reply = await services.Gate.SendAsync(
            new DeploymentCommand.RollBack
            {
                Deployment = deployment,
                CommandId = ProcessRoutes.Fresh(),
                By = Caller.Of(http),
                Revision = wanted.Revision,
                Template = wanted.Template,
                ExpectedRevision = revision,
                ExpectedVersion = version,
            },
            http.RequestAborted).ConfigureAwait(false);
        return reply is DeploymentReply.Done ? await ShowAsync(deployment, 200, http, services).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> RevisionsAsync(string id, HttpContext http, NativeServices services)
    {
        var deployment = Address(id, http);
        await RowAsync(deployment, http, services).ConfigureAwait(false);
        var (before, limit) = PageBack(http);
        var rows = await services.Store.Read.DeploymentRevisionsAsync(deployment, before, limit, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(
            new RevisionPageWire([.. rows.Select(r => new RevisionWire(r.Revision, r.Template, r.CreatedAt, r.CreatedBy))], rows.Count == limit ? Text(rows[^1].Revision) : null), NativeJson.Default.RevisionPageWire);
    }

    private static async Task<IResult> InstancesAsync(string id, HttpContext http, NativeServices services)
    {
        var deployment = Address(id, http);
        var rows = await services.Store.Read.InstancesAsync(deployment, http.RequestAborted).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            await RowAsync(deployment, http, services).ConfigureAwait(false);
        }

        return Results.Json(new InstanceListWire([.. rows.Select(r => InstanceWire.Of(r.Seen))]), NativeJson.Default.InstanceListWire);
    }

    private static async Task<IResult> DecisionsAsync(string id, HttpContext http, NativeServices services)
    {
        var deployment = Address(id, http);
        var (before, limit) = PageBack(http);
        var rows = await services.Store.Read.DecisionsAsync(deployment, before, limit, http.RequestAborted).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            await RowAsync(deployment, http, services).ConfigureAwait(false);
        }

        return Results.Json(
            new DecisionPageWire(
                [.. rows.Select(r => new DecisionWire(r.Seq, r.At, r.Decision.Kind, r.Decision.Instance, r.Decision.Node, r.Decision.Revision, r.Decision.Reason))], rows.Count == limit ? Text(rows[^1].Seq) : null),
            NativeJson.Default.DecisionPageWire);
    }

    private static async Task<IResult> ShowAsync(DeploymentId id, int status, HttpContext http, NativeServices services)
    {
        var row = await RowAsync(id, http, services).ConfigureAwait(false);
        var instances = await services.Store.Read.InstancesAsync(id, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.ETag = $"\"{Text(row.Revision)}.{Text(row.Version)}\"";
        return Results.Json(DeploymentWire.Of(row, instances.Select(i => i.Seen), whole: true), NativeJson.Default.DeploymentWire, statusCode: status);
    }

    private static async Task<DeploymentRow> RowAsync(DeploymentId id, HttpContext http, NativeServices services) =>
        await services.Store.Read.DeploymentAsync(id, http.RequestAborted).ConfigureAwait(false) ?? throw new BadRequestException(404, $"There is no deployment {id.Id} in namespace {id.Namespace}.");

    // If-Match takes a revision, or a revision and a version as the ETag has them.
    private static (long? Revision, long? Version) Expected(HttpContext http)
    {
        if (http.Request.Headers.IfNoneMatch.Count > 0)
        {
            return http.Request.Headers.IfNoneMatch == "*" ? (0, null) : throw new BadRequestException(400, "If-None-Match takes only *: make it when there is none.", "If-None-Match");
        }

        if (http.Request.Headers.IfMatch.Count == 0)
        {
            return (null, null);
        }

        var parts = http.Request.Headers.IfMatch.ToString().Trim('"').Split('.');
        var numbers = parts.Select(p => long.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToList();
        return numbers.Contains(-1) || numbers.Count > 2
            ? throw new BadRequestException(400, "If-Match takes a revision like \"3\", or the ETag of an answer.", "If-Match")
            : (numbers[0], numbers.Count == 2 ? numbers[1] : null);
    }

    private static (long? Before, int Limit) PageBack(HttpContext http)
    {
        var (cursor, limit) = Templates.Page(http);
        return cursor is null ? (null, limit) : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? (before, limit) : throw new BadRequestException(400, "'cursor' is not one that was given out.", "cursor");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IResult Refused(DeploymentReply reply)
    {
        if (reply is not DeploymentReply.Refused refused)
        {
            return Problems.Of(500, "The deployment gave an answer that is not known.");
        }

        var details = Problems.Details(Problems.Status(refused.Problem), refused.Message);
        if (refused.Problem == Problem.Conflict)
        {
            details.Extensions["revision"] = JsonSerializer.SerializeToElement(refused.Revision, NativeJson.Default.Int64);
            details.Extensions["version"] = JsonSerializer.SerializeToElement(refused.Version, NativeJson.Default.Int64);
        }

        return Problems.Of(details);
    }

    internal static DeploymentId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "name"));
}
