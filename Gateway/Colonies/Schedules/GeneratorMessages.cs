using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Messages.Schedules;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Schedules;

/// <summary>Generators: workflows that are submitted whenever enough arguments have come together.</summary>
internal static class GeneratorMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addgeneratormsg", AddAsync)
        .On("getgeneratormsg", GetAsync)
        .On("resolvegeneratormsg", ResolveAsync)
        .On("getgeneratorsmsg", ListAsync)
        .On("packgeneratormsg", PackAsync)
        .On("removegeneratormsg", RemoveAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<AddWire>().Generator ?? throw new ColoniesException(400, "The generator is missing.");
        var member = call.Roles.NeedMember(wire.ColonyName);
        if (wire.Name.Length == 0 || wire.Trigger <= 0)
        {
            throw new ColoniesException(400, wire.Name.Length == 0 ? "The name of the generator is missing." : "The trigger is at least 1: how many arguments make a run.");
        }

        var id = IdOf(wire.ColonyName, wire.Name);
        var spec = new GeneratorSpec
        {
            Count = wire.Trigger,
            Timeout = wire.Timeout > 0 ? TimeSpan.FromSeconds(wire.Timeout) : null,
            Work = new WorkTemplate { Workflow = NamedWork.Workflow(wire.WorkflowSpec, wire.ColonyName, call.Services.Store) },
            Extra = ColoniesJson.Element(wire),
        };
        Need(
            await call.Services.Gate.SendAsync(new GeneratorCommand.Create { Generator = id, CommandId = Fresh(), By = member.Words, Spec = spec }, call.Cancel).ConfigureAwait(false),
            $"A generator named {wire.Name} already exists in the colony.");
        return new ColoniesReply(Wire((await call.Services.Store.Read.GeneratorAsync(id, call.Cancel).ConfigureAwait(false))!));
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call) => new(Wire(await FindAsync(call, call.Read<OfGenerator>().GeneratorId).ConfigureAwait(false)));

    private static async Task<ColoniesReply> ResolveAsync(ColoniesCall call)
    {
        var wire = call.Read<OfGenerator>();
        call.Roles.NeedMember(wire.ColonyName);
        return await call.Services.Store.Read.GeneratorAsync(IdOf(wire.ColonyName, wire.GeneratorName), call.Cancel).ConfigureAwait(false) is { } row
            ? new ColoniesReply(Wire(row))
            : throw new ColoniesException(500, $"There is no generator {wire.GeneratorName} in the colony.");
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<OfGenerator>();
        call.Roles.NeedMember(wire.ColonyName);
        var rows = wire.Count <= 0 ? [] : await call.Services.Store.Read.GeneratorsAsync(wire.ColonyName, null, int.MaxValue, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(rows.Where(IsOurs).Take(wire.Count).Select(Wire).ToList());
    }

    private static async Task<ColoniesReply> PackAsync(ColoniesCall call)
    {
        var wire = call.Read<OfGenerator>();
        var row = await FindAsync(call, wire.GeneratorId).ConfigureAwait(false);
        Need(await call.Services.Gate.SendAsync(
            new GeneratorCommand.Pack { Generator = row.Id, CommandId = Fresh(), By = call.Signer, Args = [ColoniesJson.Element(wire.Arg)] }, call.Cancel).ConfigureAwait(false));
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var row = await FindAsync(call, call.Read<OfGenerator>().GeneratorId).ConfigureAwait(false);
        Need(await call.Services.Gate.SendAsync(new GeneratorCommand.Remove { Generator = row.Id, CommandId = Fresh(), By = call.Signer }, call.Cancel).ConfigureAwait(false));
        return ColoniesReply.Empty;
    }

    private static GeneratorId IdOf(string colony, string name) => new(colony, NamedWork.IdOf("generator", colony, name));

    private static bool IsOurs(GeneratorRow row) => row.Spec.Extra is { } extra && extra.TryGetProperty("trigger", out _);

    private static GeneratorWire Wire(GeneratorRow row)
    {
        var (initiatorId, initiatorName) = ProcessView.Initiator(row.CreatedBy);
        return ColoniesJson.Of<GeneratorWire>(row.Spec.Extra!.Value) with
        {
            GeneratorId = row.Id.Id,
            InitiatorId = initiatorId,
            InitiatorName = initiatorName,
            FirstPack = row.Progress.FirstAt ?? Loose.NoTime,
            LastRun = row.Progress.LastAt ?? Loose.NoTime,
            QueueSize = row.Progress.Waiting,
            CheckerPeriod = NamedWork.CheckerPeriod,
        };
    }

    private static async Task<GeneratorRow> FindAsync(ColoniesCall call, string id)
    {
        foreach (var member in call.Roles.NeedMemberships().Where(_ => Ids.IsValid(id)))
        {
            if (await call.Services.Store.Read.GeneratorAsync(new GeneratorId(member.Colony, id), call.Cancel).ConfigureAwait(false) is { } row && IsOurs(row))
            {
                return row;
            }
        }

        throw new ColoniesException(500, $"There is no generator {id}.");
    }

    private static void Need(GeneratorReply reply, string? conflict = null)
    {
        if (reply is GeneratorReply.Refused refused)
        {
            throw NamedWork.Refused(refused.Problem, refused.Problem == Problem.Conflict && conflict is not null ? conflict : refused.Message, missing: 500);
        }
    }

    private static string Fresh() => Guid.NewGuid().ToString("N");

    private sealed record AddWire(GeneratorWire? Generator);

    private sealed record OfGenerator
    {
        public string ColonyName { get; init; } = "";

        public string GeneratorId { get; init; } = "";

        public string GeneratorName { get; init; } = "";

        public string Arg { get; init; } = "";

        public int Count { get; init; }
    }
}
