using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Submit, look at and control graphs of processes.</summary>
internal static class WorkflowRoutes
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly HashSet<string> Known = ["namespace", "status", "limit", "cursor"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/workflows").WithTags("Workflows");
        group.MapPost("", SubmitAsync).For(KeyRole.Submitter).WithName("workflow-submit").WithSummary("Submit a graph of processes, all of it or nothing")
            .Accepts<SubmitWorkflowWire>("application/json").Produces<WorkflowWire>(201).Produces<WorkflowWire>(200).ProducesProblem(400).ProducesProblem(409).ProducesProblem(503);
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("workflows").WithSummary("List workflows, the newest first").Produces<WorkflowPageWire>();
        group.MapGet("/{id}", GetAsync).For(KeyRole.Reader).WithName("workflow").WithSummary("One workflow with its nodes; with ?wait=30s it answers when all of it is final, or after that time").Produces<WorkflowWire>().ProducesProblem(404);
        group.MapPost("/{id}/cancel", CancelAsync).For(KeyRole.Submitter).WithName("workflow-cancel").WithSummary("Stop all of it for good").Accepts<ReasonWire>("application/json").Produces<WorkflowWire>().ProducesProblem(409);
        group.MapPost("/{id}/nodes", AddNodeAsync).For(KeyRole.Submitter, KeyRole.Worker).WithName("workflow-add-node").WithSummary("Add a node behind one that runs")
            .Accepts<AddNodeWire>("application/json").Produces<WorkflowWire>().ProducesProblem(400).ProducesProblem(409);
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadAsync(http, NativeJson.Default.JsonElement).ConfigureAwait(false);
        var wire = Parse(body, NativeJson.Default.SubmitWorkflowWire);
        if (wire.Namespace is not null && http.Request.Query["namespace"].FirstOrDefault() is { } inAddress && wire.Namespace != inAddress)
        {
            throw new BadRequestException(400, "The namespace of the body and the one of the address differ.", "namespace");
        }

        var submission = WorkflowSubmission.Of(wire, Caller.Namespace(http, wire.Namespace), Trace(http), services.Store);
        var reply = await services.Gate.SendAsync(
            new WorkflowCommand.Submit
            {
                Workflow = submission.Workflow,
                CommandId = ProcessRoutes.Fresh(),
                By = Caller.Of(http),
                Spec = submission.Spec,
                Fingerprint = submission.Fingerprint,
            }, http.RequestAborted).ConfigureAwait(false);
        return reply is WorkflowReply.Done done
            ? await ShowAsync(services, submission.Workflow, done.Repeated ? 200 : 201, http.RequestAborted).ConfigureAwait(false)
            : Refused(reply);
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var query = http.Request.Query;
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
        {
            throw new BadRequestException(400, $"There is no filter '{unknown}'. Known are: {string.Join(", ", Known)}.", unknown);
        }

        var nameSpace = Caller.Namespace(http);
        var statuses = query["status"].SelectMany(s => s!.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(StatusOf).ToList();
        var limit = (int)Checks.InRange(Filters.Number(query["limit"].FirstOrDefault(), "limit") ?? 100, 1, 1_000, "limit");
        var before = Filters.Number(query["cursor"].FirstOrDefault(), "cursor");
        var rows = await services.Store.Read.WorkflowsAsync(nameSpace, statuses, before, limit, http.RequestAborted).ConfigureAwait(false);
        var counts = (await services.Store.Read.WorkflowCountsAsync(nameSpace, [.. rows.Select(r => r.Id.Id)], http.RequestAborted).ConfigureAwait(false))
            .ToLookup(c => c.Workflow, StringComparer.Ordinal);
        return Results.Json(
            new WorkflowPageWire([.. rows.Select(r => Of(r, counts[r.Id.Id]))], rows.Count == limit ? rows[^1].Seq.ToString(CultureInfo.InvariantCulture) : null),
            NativeJson.Default.WorkflowPageWire);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, NativeServices services)
    {
        var workflow = Address(id, http);
        var wait = Filters.Duration(http.Request.Query["wait"].FirstOrDefault(), "wait") ?? TimeSpan.Zero;
        var row = await services.Store.Read.WorkflowAsync(workflow, http.RequestAborted).ConfigureAwait(false) ?? throw NotFound(workflow);
        if (wait > TimeSpan.Zero && row.FinishedAt is null)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
            try
            {
                await services.Gate.AwaitFinishedAsync(workflow, wait < LongestWait ? wait : LongestWait, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                // This gateway stops; the caller gets the present state and asks again elsewhere.
            }
        }

        return await ShowAsync(services, workflow, 200, http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<IResult> CancelAsync(string id, HttpContext http, NativeServices services)
    {
        var body = await Bodies.ReadOrDefaultAsync(http, NativeJson.Default.ReasonWire).ConfigureAwait(false);
        return await ControlAsync(services, http, new WorkflowCommand.Cancel
        {
            Workflow = Address(id, http),
            CommandId = ProcessRoutes.Fresh(),
            By = Caller.Of(http),
            Reason = Checks.Short(body.Reason, 1024, "reason"),
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> AddNodeAsync(string id, HttpContext http, NativeServices services)
    {
        var workflow = Address(id, http);
        var body = await Bodies.ReadAsync(http, NativeJson.Default.JsonElement).ConfigureAwait(false);
        var wire = Parse(body, NativeJson.Default.AddNodeWire);
        if (wire.Node?.After is { IsEmpty: false })
        {
            throw new BadRequestException(400, "'node.after' is given by 'parent' here.", "node.after");
        }

        var node = WorkflowSubmission.NodeOf(wire.Node, "node", Trace(http));
        return await ControlAsync(services, http, new WorkflowCommand.AddNode
        {
            Workflow = workflow,
            CommandId = ProcessRoutes.Fresh(),
            By = Caller.Of(http),
            Node = node,
            Fingerprint = WorkflowSubmission.FingerprintOf(node),
            Parent = wire.Parent ?? throw new BadRequestException(400, "'parent' is missing: name the node that comes before.", "parent"),
            Child = wire.Child,
            Insert = wire.Insert ?? false,
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ControlAsync(NativeServices services, HttpContext http, WorkflowCommand command)
    {
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is WorkflowReply.Done ? await ShowAsync(services, command.Workflow, 200, http.RequestAborted).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> ShowAsync(NativeServices services, WorkflowId workflow, int status, CancellationToken cancel)
    {
        var read = services.Store.Read;
        var row = await read.WorkflowAsync(workflow, cancel).ConfigureAwait(false) ?? throw NotFound(workflow);
        var processes = await read.ListAsync(new ProcessFilter { Namespace = workflow.Namespace, Workflow = workflow.Id }, null, int.MaxValue, cancel).ConfigureAwait(false);
        var names = processes.ToDictionary(p => p.Id.Id, p => p.Name ?? "", StringComparer.Ordinal);
        var parents = (await read.WorkflowEdgesAsync(workflow, cancel).ConfigureAwait(false))
            .Where(e => names.ContainsKey(e.Parent)).ToLookup(e => e.Child, e => names[e.Parent], StringComparer.Ordinal);
        var wire = Of(row, processes.GroupBy(p => p.Status).Select(g => new WorkflowCountRow(workflow.Id, g.Key, g.Count()))) with
        {
            Nodes = [.. processes.OrderBy(p => p.Seq).Select(p => Of(p, parents[p.Id.Id]))],
        };
        return Results.Json(wire, NativeJson.Default.WorkflowWire, statusCode: status);
    }

    private static T Parse<T>(JsonElement body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new BadRequestException(400, "An object is expected.");
        }

        Checks.Unicode(body, null);
        try
        {
            return body.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            throw Bodies.Wrong(e);
        }
    }

    private static WorkflowWire Of(WorkflowRow row, IEnumerable<WorkflowCountRow> counts) => new()
    {
        Id = row.Id.Id,
        Namespace = row.Id.Namespace,
        Status = row.Status,
        Name = row.Name,
        OnFailure = row.OnFailure,
        Counts = new SortedDictionary<string, long>(counts.ToDictionary(c => c.Status.ToString().ToLowerInvariant(), c => c.Count), StringComparer.Ordinal),
        Reason = row.Reason,
        Labels = row.Labels,
        CreatedAt = row.CreatedAt,
        CreatedBy = row.CreatedBy,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
    };

    private static NodeWire Of(ProcessRow row, IEnumerable<string> after) => new()
    {
        Name = row.Name ?? "",
        Id = row.Id.Id,
        Status = row.Status,
        After = [.. after.Order(StringComparer.Ordinal)],
        Attempt = row.Attempt,
        Executor = row.Executor,
        Reason = row.Reason,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
    };

    private static WorkflowStatus StatusOf(string text) =>
        Enum.TryParse<WorkflowStatus>(text, ignoreCase: true, out var status) && status != WorkflowStatus.None && char.IsAsciiLetter(text[0])
            ? status
            : throw new BadRequestException(400, $"There is no status '{text}'. Known are: waiting, running, succeeded, failed, cancelled.", "status");

    private static WorkflowId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "id"));

    private static BadRequestException NotFound(WorkflowId workflow) => new(404, $"There is no workflow {workflow.Id} in namespace {workflow.Namespace}.");

    private static IResult Refused(WorkflowReply reply) => reply is WorkflowReply.Refused refused
        ? Problems.Of(refused.Problem, refused.Message)
        : Problems.Of(500, "The workflow gave an answer that is not known.");

    private static string? Trace(HttpContext http) => http.Request.Headers.TraceParent.ToString() is { Length: > 0 and <= 64 } trace ? trace : null;
}
