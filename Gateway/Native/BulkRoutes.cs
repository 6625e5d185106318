using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Processes;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Control many processes by a filter; with dryRun only counted.</summary>
internal static class BulkRoutes
{
    /// <summary>How many commands are under way at once.</summary>
    private const int Page = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/processes/bulk", BulkAsync).WithTags("Processes").For(KeyRole.Operator).WithName("bulk")
        .WithSummary("Cancel, retry or re-prioritize all processes that match; dryRun only counts").Accepts<BulkWire>("application/json").Produces<BulkResultWire>();

    private static async Task<IResult> BulkAsync(HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.BulkWire).ConfigureAwait(false);
        var by = Caller.Of(http);
        var reason = Checks.Short(wire.Reason, 1024, "reason");
        Checks.InRange(wire.Priority ?? 0, -1_000_000, 1_000_000, "priority");
        Func<ProcessRow, ProcessCommand> command = wire.Action switch
        {
            "cancel" => row => new ProcessCommand.Cancel { Process = row.Id, CommandId = ProcessRoutes.Fresh(), By = by, Reason = reason },
            "retry" => row => new ProcessCommand.Retry { Process = row.Id, CommandId = ProcessRoutes.Fresh(), By = by, Reason = reason },
            "priority" when wire.Priority is { } priority => row => new ProcessCommand.SetPriority
            {
                Process = row.Id,
                CommandId = ProcessRoutes.Fresh(),
                By = by,
                Priority = priority,
            },
            "priority" => throw new BadRequestException(400, "'priority' is missing.", "priority"),
            _ => throw new BadRequestException(400, "'action' is cancel, retry or priority.", "action"),
        };
        var filter = Filter(wire, Caller.Namespace(http));
        var matched = await services.Store.Read.CountAsync(filter, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(
            wire.DryRun ? new BulkResultWire(matched, null, null) : await ApplyAsync(services, filter, command, http.RequestAborted).ConfigureAwait(false),
            NativeJson.Default.BulkResultWire);
    }

    private static async Task<BulkResultWire> ApplyAsync(NativeServices services, ProcessFilter filter, Func<ProcessRow, ProcessCommand> command, CancellationToken cancel)
    {
        long matched = 0;
        long changed = 0;
        long? before = null;
        while (true)
        {
            var rows = await services.Store.Read.ListAsync(filter, before, Page, cancel).ConfigureAwait(false);
            var replies = await Task.WhenAll(rows.Select(r => services.Gate.SendAsync(command(r), cancel))).ConfigureAwait(false);
            matched += rows.Count;
            changed += replies.Count(r => r is ProcessReply.Done { Repeated: false });
            if (rows.Count < Page)
            {
                return new BulkResultWire(matched, changed, matched - changed);
            }

            before = rows[^1].Seq;
        }
    }

    // An empty filter would mean everything; that has to be said by naming the states.
    private static ProcessFilter Filter(BulkWire wire, string nameSpace)
    {
        var f = wire.Filter ?? throw new BadRequestException(400, "'filter' is missing. Name at least the states that you mean.", "filter");
        if (f.Status is null or { IsEmpty: true } && f.Queue is null && f.Func is null && f.Name is null && f.Executor is null
            && f.Labels is null or { IsEmpty: true } && f.CreatedAfter is null && f.CreatedBefore is null)
        {
            throw new BadRequestException(400, "An empty filter would match every process. Name at least the states that you mean.", "filter");
        }

        if (f.Status is { } statuses && statuses.Contains(ProcessStatus.None))
        {
            throw new BadRequestException(400, "No process has the status 'none'.", "filter.status");
        }

        return new ProcessFilter
        {
            Namespace = nameSpace,
            Statuses = f.Status ?? [],
            Queue = f.Queue,
            Func = f.Func,
            Name = f.Name,
            Executor = f.Executor,
            Labels = Checks.Map(f.Labels, "filter.labels"),
            CreatedAfter = f.CreatedAfter,
            CreatedBefore = f.CreatedBefore,
        };
    }
}
