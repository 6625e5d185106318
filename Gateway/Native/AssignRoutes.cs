using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Polls;
using Muster.Gateway.Security;
using Muster.Messages.Processes;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>The question of a worker for work: a long poll.</summary>
internal static class AssignRoutes
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>A queue needs this long to come into memory and look; who does not want to wait waits as long.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/assign", AssignAsync).WithTags("Workers").For(KeyRole.Worker).WithName("assign")
        .WithSummary("Ask for work: answers with up to 'max' processes as soon as there are some, or with none after 'wait'")
        .Accepts<AssignWire>("application/json").Produces<AssignmentsWire>().ProducesProblem(400);

    private static async Task<IResult> AssignAsync(HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.AssignWire).ConfigureAwait(false);
        var nameSpace = Caller.Namespace(http, wire.Namespace);
        var executor = Checks.Id(wire.Executor, "executor");
        var types = Checks.IdList(wire.Types, 100, "types");
        var queues = wire.Queues is null ? types : Checks.IdList(wire.Queues, 100, "queues");
        if (queues.IsEmpty)
        {
            throw new BadRequestException(400, "Name at least one of 'queues', or of 'types' when the queues are named after them.", "queues");
        }

        var requestId = wire.RequestId is null ? null : Checks.Id(wire.RequestId, "requestId");
        var request = new LongPollRequest(
            $"{nameSpace}/{executor}/{requestId ?? ProcessRoutes.Fresh()}",
            nameSpace,
            queues,
            CapabilityOf(executor, types, wire.Functions, wire.Runtimes, wire.Labels, wire.Location, wire.Resources),
            Checks.InRange(wire.Max ?? 1, 1, 1_000, "max"),
            Wait(wire.Wait));
        if (requestId is not null && await AgainAsync(services, request, http.RequestAborted).ConfigureAwait(false) is { Count: > 0 } again)
        {
            return Results.Json(new AssignmentsWire(again), NativeJson.Default.AssignmentsWire);
        }

        // A question that its caller has given up must not take the place of the same one asked again.
        http.RequestAborted.ThrowIfCancellationRequested();
        if (services.Drain.IsDraining)
        {
            return Problems.Of(503, "This gateway is stopping; ask another one, or again in a moment.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
        var got = await LongPolls.AskAsync(services.System, request, stop.Token).ConfigureAwait(false);
        if (http.RequestAborted.IsCancellationRequested)
        {
            // It went after the poll had ended and before the answer was written.
            foreach (var assignment in got)
            {
                LongPolls.GiveBack(services.System, assignment, "The caller of its long poll was gone.");
            }
        }

        return Results.Json(new AssignmentsWire([.. got.Select(Of)]), NativeJson.Default.AssignmentsWire);
    }

    public static Capability CapabilityOf(
        string executor,
        ImmutableArray<string> types,
        ImmutableArray<string>? functions,
        ImmutableArray<string>? runtimes,
        ImmutableSortedDictionary<string, string>? labels,
        string? location,
        ImmutableSortedDictionary<string, double>? resources) => new()
        {
            Executor = executor,
            Types = types,
            Functions = Functions(functions),
            Runtimes = Checks.IdList(runtimes, 100, "runtimes"),
            Labels = Checks.Map(labels, "labels"),
            Location = Checks.Short(location, Checks.Names, "location"),
            Resources = Submission.Resources(resources, "resources"),
        };

    private static TimeSpan Wait(TimeSpan? wait)
    {
        if (wait < TimeSpan.Zero)
        {
            throw new BadRequestException(400, "'wait' is not negative.", "wait");
        }

        return wait is { } w ? TimeSpan.FromTicks(Math.Clamp(w.Ticks, ShortestWait.Ticks, LongestWait.Ticks)) : DefaultWait;
    }

    private static ImmutableArray<string> Functions(ImmutableArray<string>? functions)
    {
        var list = functions ?? [];
        if (list.Length > 1_000 || list.Any(f => string.IsNullOrEmpty(f) || f.Length > 1024 || Checks.HasNul(f)))
        {
            throw new BadRequestException(400, "'functions' holds up to 1,000 names of 1 to 1,024 characters, without NUL.", "functions");
        }

        return list;
    }

    // The same question again: what was assigned for it before is handed out again.
    private static async Task<IReadOnlyList<AssignmentWire>> AgainAsync(NativeServices services, LongPollRequest request, CancellationToken cancel)
    {
        var running = await services.Store.Read.RunningOfDemandAsync(request.Demand, cancel).ConfigureAwait(false);
        var again = new List<AssignmentWire>(running.Count);
        foreach (var row in running)
        {
            if (await services.Store.Read.SpecAsync(row.Id, cancel).ConfigureAwait(false) is not { } spec)
            {
                continue;
            }

            // A heartbeat says whether the attempt still lives, and gives the worker a whole lease.
            var alive = await services.Gate.SendAsync(
                new ProcessCommand.Heartbeat { Process = row.Id, CommandId = ProcessRoutes.Fresh(), Attempt = row.Attempt }, cancel).ConfigureAwait(false);
            if (alive is ProcessReply.Done { Cancel: false } done)
            {
                again.Add(Of(new ProcessSignal.Assignment
                {
                    Process = row.Id,
                    Demand = request.Demand,
                    Attempt = row.Attempt,
                    Spec = spec,
                    LeaseUntil = done.LeaseUntil,
                    ExecUntil = spec.Limits.MaxExec is { } exec ? (await services.Store.Read.FindAsync(row.Id, cancel).ConfigureAwait(false))?.StartedAt + exec : null,
                    Checkpoint = await services.Store.Read.CheckpointAsync(row.Id, cancel).ConfigureAwait(false),
                }));
            }
        }

        return again;
    }

    private static AssignmentWire Of(ProcessSignal.Assignment m) => new()
    {
        Id = m.Process.Id,
        Namespace = m.Process.Namespace,
        Attempt = m.Attempt,
        Queue = m.Spec.Queue,
        Name = m.Spec.Name,
        Func = m.Spec.Func,
        Runtime = m.Spec.Runtime,
        Args = m.Spec.Args,
        Kwargs = m.Spec.Kwargs.IsEmpty ? null : m.Spec.Kwargs,
        Input = m.Spec.Input,
        Env = m.Spec.Env.IsEmpty ? null : m.Spec.Env,
        Priority = m.Spec.Priority,
        Labels = m.Spec.Labels.IsEmpty ? null : m.Spec.Labels,
        Lease = m.Spec.Limits.Lease > TimeSpan.Zero ? m.Spec.Limits.Lease : null,
        LeaseUntil = m.LeaseUntil,
        ExecUntil = m.ExecUntil,
        Checkpoint = m.Checkpoint,
        TraceParent = m.Spec.TraceParent,
        FinalExitCodes = m.Spec.FinalExitCodes.IsEmpty ? null : m.Spec.FinalExitCodes,
        Channels = m.Spec.Channels.IsEmpty ? null : m.Spec.Channels,
    };
}
