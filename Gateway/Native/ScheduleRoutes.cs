using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine.Schedules.Rules;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Schedules;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Schedules: what is run again and again, and when.</summary>
internal static class ScheduleRoutes
{
    /// <summary>How many coming slots are told of one schedule.</summary>
    private const int Coming = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/schedules").WithTags("Schedules");
        group.MapPost("", CreateAsync).For(KeyRole.Submitter).WithName("schedule-create").WithSummary("Make a schedule")
            .Accepts<SchedulePutWire>("application/json").Produces<ScheduleWire>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("schedules").WithSummary("Every schedule, by id").Produces<SchedulePageWire>();
        group.MapGet("/{id}", GetAsync).For(KeyRole.Reader).WithName("schedule").WithSummary("One schedule, with its next slots").Produces<ScheduleWire>().ProducesProblem(404);
        group.MapPut("/{id}", PutAsync).For(KeyRole.Submitter).WithName("schedule-put").WithSummary("Make a schedule, or give one another timetable and work")
            .Accepts<SchedulePutWire>("application/json").Produces<ScheduleWire>(201).Produces<ScheduleWire>(200).ProducesProblem(400);
        group.MapDelete("/{id}", DeleteAsync).For(KeyRole.Submitter).WithName("schedule-remove").WithSummary("Remove it; what it has fired goes on").Produces(204).ProducesProblem(404);
        group.MapPost("/{id}/pause", (string id, HttpContext http, NativeServices services) =>
                ControlAsync(new ScheduleCommand.Pause { Schedule = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) }, http, services))
            .For(KeyRole.Submitter).WithName("schedule-pause").WithSummary("Fire nothing more").Produces<ScheduleWire>().ProducesProblem(404);
        group.MapPost("/{id}/resume", (string id, HttpContext http, NativeServices services) =>
                ControlAsync(new ScheduleCommand.Resume { Schedule = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) }, http, services))
            .For(KeyRole.Submitter).WithName("schedule-resume").WithSummary("Fire again, from the next slot on").Produces<ScheduleWire>().ProducesProblem(404);
        group.MapPost("/{id}/trigger", TriggerAsync).For(KeyRole.Submitter).WithName("schedule-trigger").WithSummary("Fire now").Produces<TriggeredWire>(202).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.SchedulePutWire).ConfigureAwait(false);
        var id = new ScheduleId(Caller.Namespace(http, wire.Namespace), wire.Id is null ? Ids.New(services.Clock) : Checks.Id(wire.Id, "id"));
        return await SaveAsync(id, wire, replace: false, http, services).ConfigureAwait(false);
    }

    private static async Task<IResult> PutAsync(string id, HttpContext http, NativeServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.SchedulePutWire).ConfigureAwait(false);
        if (wire.Id is not null && wire.Id != id)
        {
            throw new BadRequestException(400, "The id of the body and the one of the address differ.", "id");
        }

        return await SaveAsync(new ScheduleId(Caller.Namespace(http, wire.Namespace), Checks.Id(id, "id")), wire, replace: true, http, services).ConfigureAwait(false);
    }

    private static async Task<IResult> SaveAsync(ScheduleId id, SchedulePutWire wire, bool replace, HttpContext http, NativeServices services)
    {
        var spec = SpecOf(wire, id, services);
        var command = new ScheduleCommand.Put { Schedule = id, CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http), Spec = spec, Replace = replace };
        return await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false) switch
        {
            ScheduleReply.Done done => await ShowAsync(id, done.Existed ? 200 : 201, http, services).ConfigureAwait(false),
            var reply => Refused(reply),
        };
    }

    private static async Task<IResult> ListAsync(HttpContext http, NativeServices services)
    {
        var (after, limit) = Templates.Page(http);
        var rows = await services.Store.Read.SchedulesAsync(Caller.Namespace(http), after, limit, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new SchedulePageWire([.. rows.Select(ScheduleWire.Of)], rows.Count == limit ? rows[^1].Id.Id : null), NativeJson.Default.SchedulePageWire);
    }

    private static Task<IResult> GetAsync(string id, HttpContext http, NativeServices services) => ShowAsync(Address(id, http), 200, http, services);

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, NativeServices services)
    {
        var command = new ScheduleCommand.Remove { Schedule = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) };
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is ScheduleReply.Done ? Results.NoContent() : Refused(reply);
    }

    private static async Task<IResult> ControlAsync(ScheduleCommand command, HttpContext http, NativeServices services)
    {
        var reply = await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false);
        return reply is ScheduleReply.Done ? await ShowAsync(command.Schedule, 200, http, services).ConfigureAwait(false) : Refused(reply);
    }

    private static async Task<IResult> TriggerAsync(string id, HttpContext http, NativeServices services)
    {
        var command = new ScheduleCommand.Trigger { Schedule = Address(id, http), CommandId = ProcessRoutes.Fresh(), By = Caller.Of(http) };
        return await services.Gate.SendAsync(command, http.RequestAborted).ConfigureAwait(false) switch
        {
            ScheduleReply.Done done => Results.Json(new TriggeredWire(done.Work!, done.Queued), NativeJson.Default.TriggeredWire, statusCode: 202),
            var reply => Refused(reply),
        };
    }

    private static async Task<IResult> ShowAsync(ScheduleId id, int status, HttpContext http, NativeServices services)
    {
        var row = await services.Store.Read.ScheduleAsync(id, http.RequestAborted).ConfigureAwait(false)
            ?? throw new BadRequestException(404, $"There is no schedule {id.Id} in namespace {id.Namespace}.");
        return Results.Json(ScheduleWire.Of(row) with { Next = NextOf(row) }, NativeJson.Default.ScheduleWire, statusCode: status);
    }

    private static ImmutableArray<DateTimeOffset> NextOf(ScheduleRow row)
    {
        var next = ImmutableArray.CreateBuilder<DateTimeOffset>(Coming);
        if (row.Progress.NextSlot is { } first && Timetable.Of(row.Spec, row.Anchor, row.Id.ToString(), out _) is { } timetable)
        {
            for (var slot = timetable.After(first.AddTicks(-1)); slot is { } s && next.Count < Coming; slot = timetable.After(s.At))
            {
                next.Add(s.Due);
            }
        }

        return next.ToImmutable();
    }

    private static ScheduleSpec SpecOf(SchedulePutWire wire, ScheduleId id, NativeServices services)
    {
        var standard = new ScheduleSpec { Work = Templates.Of(wire.Process, wire.Workflow, id.Namespace, services.Store) };
        var spec = standard with
        {
            Cron = Checks.Short(wire.Cron, Checks.Names, "cron"),
            TimeZone = Checks.Short(wire.TimeZone, Checks.Names, "timeZone"),
            Every = wire.Every,
            Jitter = wire.Jitter ?? standard.Jitter,
            Start = Checks.Time(wire.Start, "start"),
            End = Checks.Time(wire.End, "end"),
            Overlap = wire.Overlap ?? standard.Overlap,
            MaxQueued = wire.MaxQueued ?? standard.MaxQueued,
            Missed = wire.Missed ?? standard.Missed,
            MissedLimit = wire.MissedLimit ?? standard.MissedLimit,
            PassPrevious = wire.PassPrevious ?? standard.PassPrevious,
        };
        _ = Timetable.Of(spec, services.Clock.GetUtcNow(), id.ToString(), out var fault);
        if (fault is not null)
        {
            throw new BadRequestException(400, fault.Message, fault.Field);
        }

        return spec;
    }

    private static IResult Refused(ScheduleReply reply) => reply is ScheduleReply.Refused refused
        ? Problems.Of(refused.Problem, refused.Message)
        : Problems.Of(500, "The schedule gave an answer that is not known.");

    private static ScheduleId Address(string id, HttpContext http) => new(Caller.Namespace(http), Checks.Id(id, "id"));
}
