using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Schedules;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Schedules;

/// <summary>Crons: workflows that are submitted at the times of an expression, or at an interval.</summary>
internal static class CronMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addcronmsg", AddAsync)
        .On("getcronmsg", GetAsync)
        .On("getcronsmsg", ListAsync)
        .On("runcronmsg", RunAsync)
        .On("removecronmsg", RemoveAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<AddWire>().Cron ?? throw new ColoniesException(400, "The cron is missing.");
        var member = call.Roles.NeedMember(wire.ColonyName);
        if (wire.Name.Length == 0)
        {
            throw new ColoniesException(400, "The name of the cron is missing.");
        }

        var id = CronSpec.IdOf(wire.ColonyName, wire.Name);
        var reply = await call.Services.Gate.SendAsync(
            new ScheduleCommand.Put { Schedule = id, CommandId = Fresh(), By = member.Words, Spec = CronSpec.Of(wire, call.Services.Store) }, call.Cancel).ConfigureAwait(false);
        if (reply is ScheduleReply.Refused refused)
        {
            throw NamedWork.Refused(refused.Problem, refused.Problem == Problem.Conflict ? $"A cron named {wire.Name} already exists in the colony." : refused.Message, missing: 500);
        }

        return new ColoniesReply(Wire((await call.Services.Store.Read.ScheduleAsync(id, call.Cancel).ConfigureAwait(false))!));
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call) =>
        new(Wire(await FindAsync(call, call.Read<OfCron>().CronId, missing: 500).ConfigureAwait(false)));

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<OfCron>();
        call.Roles.NeedMember(wire.ColonyName);
        var rows = wire.Count <= 0 ? [] : await call.Services.Store.Read.SchedulesAsync(wire.ColonyName, null, int.MaxValue, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(rows.Where(IsCron).Take(wire.Count).Select(Wire).ToList());
    }

    private static async Task<ColoniesReply> RunAsync(ColoniesCall call)
    {
        var row = await FindAsync(call, call.Read<OfCron>().CronId, missing: 400).ConfigureAwait(false);
        var reply = await call.Services.Gate.SendAsync(new ScheduleCommand.Trigger { Schedule = row.Id, CommandId = Fresh(), By = call.Signer }, call.Cancel).ConfigureAwait(false);
        // That it has to wait for the run before is no fault of the caller.
        return reply is ScheduleReply.Refused { Problem: not Problem.Conflict } refused
            ? throw NamedWork.Refused(refused.Problem, refused.Message, missing: 400)
            : new ColoniesReply(Wire(row));
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var row = await FindAsync(call, call.Read<OfCron>().CronId, missing: 500).ConfigureAwait(false);
        var reply = await call.Services.Gate.SendAsync(new ScheduleCommand.Remove { Schedule = row.Id, CommandId = Fresh(), By = call.Signer }, call.Cancel).ConfigureAwait(false);
        return reply is ScheduleReply.Refused refused ? throw NamedWork.Refused(refused.Problem, refused.Message, missing: 500) : ColoniesReply.Empty;
    }

    private static bool IsCron(ScheduleRow row) => row.Spec.Extra is { } extra && extra.TryGetProperty("cronexpression", out _);

    private static CronWire Wire(ScheduleRow row)
    {
        var (initiatorId, initiatorName) = ProcessView.Initiator(row.CreatedBy);
        return ColoniesJson.Of<CronWire>(row.Spec.Extra!.Value) with
        {
            CronId = row.Id.Id,
            InitiatorId = initiatorId,
            InitiatorName = initiatorName,
            NextRun = row.Progress.NextAt ?? Loose.NoTime,
            LastRun = row.Progress.LastAt ?? Loose.NoTime,
            PrevProcessGraphId = row.Progress.LastWork ?? "",
            CheckerPeriod = NamedWork.CheckerPeriod,
        };
    }

    private static async Task<ScheduleRow> FindAsync(ColoniesCall call, string id, int missing)
    {
        foreach (var member in call.Roles.NeedMemberships().Where(_ => Ids.IsValid(id)))
        {
            if (await call.Services.Store.Read.ScheduleAsync(new ScheduleId(member.Colony, id), call.Cancel).ConfigureAwait(false) is { } row && IsCron(row))
            {
                return row;
            }
        }

        throw new ColoniesException(missing, $"There is no cron {id}.");
    }

    private static string Fresh() => Guid.NewGuid().ToString("N");

    private sealed record AddWire(CronWire? Cron);

    private sealed record OfCron
    {
        public string ColonyName { get; init; } = "";

        public string CronId { get; init; } = "";

        public int Count { get; init; }
    }
}
