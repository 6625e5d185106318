using System.Text.Json;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Executors: added and approved by the owner of a colony, kept alive by what they say.</summary>
internal static class ExecutorMessages
{
    private static readonly JsonElement NoCapabilities = JsonElement.Parse("""{"hardware":null,"software":null}""");
    private static readonly JsonElement NoAllocations = JsonElement.Parse("""{"projects":null}""");

    public static void AddTo(MessageTable table) => table
        .On("addexecutormsg", AddAsync)
        .On("approveexecutormsg", call => DecideAsync(call, ExecutorLife.ApproveAsync))
        .On("rejectexecutormsg", call => DecideAsync(call, ExecutorLife.RejectAsync))
        .On("removeexecutormsg", call => DecideAsync(call, ExecutorLife.UnregisterAsync))
        .On("getexecutorsmsg", ListAsync)
        .On("getexecutormsg", GetAsync)
        .On("getexecutorbyidmsg", GetByIdAsync)
        .On("updateexecutormsg", call => ChangeOwnAsync(call, (e, wire) => e with { Capabilities = Capabilities(wire.Capabilities) }))
        .On("reportallocationmsg", call => ChangeOwnAsync(call, (e, wire) => e with { Allocations = Object(wire.Allocations, "allocations") }))
        .On("changeexecutoridmsg", ChangeIdAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.AddExecutor>().Executor ?? throw new ColoniesException(400, "The executor is missing.");
        call.Roles.NeedOwner(wire.ColonyName);
        ServerMessages.NeedId(wire.ExecutorId, "executor id");
        SpecTranslation.QueueOf(wire.ExecutorType);
        if (!Ids.IsValid(wire.ExecutorName))
        {
            throw new ColoniesException(400, $"The executor name '{wire.ExecutorName}' is not made of 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -");
        }

        Sizes.Record(wire, "executor");
        var directory = call.Services.Directory;
        var old = directory.Executor(wire.ColonyName, wire.ExecutorName);
        if (old is not null && !call.Services.Options.AllowReregister)
        {
            throw new ColoniesException(400, $"An executor named {wire.ExecutorName} already exists in the colony; choose another name.");
        }

        NeedFree(directory, wire.ColonyName, wire.ExecutorId, old?.Name);
        if (old is not null)
        {
            await ExecutorLife.UnregisterAsync(call.Services, old).ConfigureAwait(false);
        }

        var executor = new ColonyExecutor
        {
            Colony = wire.ColonyName,
            Name = wire.ExecutorName,
            Id = wire.ExecutorId,
            Type = wire.ExecutorType,
            RequireFuncReg = wire.RequireFuncReg,
            AddedAt = call.Services.Now,
            Location = wire.LocationName ?? "",
            Capabilities = Capabilities(wire.Capabilities),
            Allocations = Object(wire.Allocations, "allocations"),
            BlueprintId = wire.BlueprintId ?? "",
            BlueprintGeneration = wire.BlueprintGen,
        };
        return await directory.PutAsync(executor, isNew: old is null).ConfigureAwait(false)
            ? new ColoniesReply(Wire(call.Services, executor))
            : throw new ColoniesException(400, $"An executor named {wire.ExecutorName} already exists in the colony; choose another name.");
    }

    private static async Task<ColoniesReply> DecideAsync(ColoniesCall call, Func<ColoniesServices, ColonyExecutor, Task> decide)
    {
        var wire = call.Read<Requests.OfColony>();
        call.Roles.NeedOwner(wire.ColonyName);
        await decide(call.Services, Need(call, wire)).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var colony = call.Read<Requests.OfColony>().ColonyName;
        call.Roles.NeedAnyMember(colony);
        return Task.FromResult(new ColoniesReply(call.Services.Directory.Executors(colony).Select(e => Wire(call.Services, e)).ToList()));
    }

    private static Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        call.Roles.NeedMember(wire.ColonyName);
        return Task.FromResult(new ColoniesReply(Wire(call.Services, Need(call, wire))));
    }

    private static Task<ColoniesReply> GetByIdAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        call.Roles.NeedMember(wire.ColonyName);
        return call.Services.Directory.Executors(wire.ColonyName).FirstOrDefault(e => e.Id == wire.ExecutorId) is { } executor
            ? Task.FromResult(new ColoniesReply(Wire(call.Services, executor)))
            : throw new ColoniesException(404, "There is no executor with this id in the colony.");
    }

    private static async Task<ColoniesReply> ChangeOwnAsync(ColoniesCall call, Func<ColonyExecutor, Requests.OfColony, ColonyExecutor> change)
    {
        var wire = call.Read<Requests.OfColony>();
        if (call.Roles.NeedMember(wire.ColonyName).Executor is not { } me || me.Name != wire.ExecutorName)
        {
            throw new ColoniesException(400, "Only an executor itself may say this of itself.");
        }

        Sizes.Record(wire, "message");
        await call.Services.Directory.ChangeAsync(me, e => change(e, wire)).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> ChangeIdAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        var me = call.Roles.NeedMember(wire.ColonyName).Executor ?? throw new ColoniesException(403, "Access denied, only an executor may change its own id.");
        ServerMessages.NeedId(wire.ExecutorId, "executor id");
        NeedFree(call.Services.Directory, wire.ColonyName, wire.ExecutorId, me.Name);
        await call.OnceAsync(() => call.Services.Directory.ChangeAsync(me, e => e with { Id = wire.ExecutorId })).ConfigureAwait(false);
        return new ColoniesReply(call.Json);
    }

    // One key for two executors would break both. That of a user may be the one of an executor too: that is how somebody runs one for himself.
    private static void NeedFree(ColonyDirectory directory, string colony, string id, string? name)
    {
        if (directory.Executors(colony).FirstOrDefault(e => e.Id == id && e.Name != name) is { } other)
        {
            throw new ColoniesException(400, $"An executor with this id, {other.Name}, already exists in the colony; make a new key.");
        }
    }

    private static ColonyExecutor Need(ColoniesCall call, Requests.OfColony wire) => call.Services.Directory.Executor(wire.ColonyName, wire.ExecutorName)
        ?? throw new ColoniesException(500, $"There is no executor {wire.ExecutorName} in the colony.");

    // Clients of earlier releases send one thing where a list is expected.
    private static JsonElement? Capabilities(JsonElement? said)
    {
        if (Object(said, "capabilities") is not { } capabilities)
        {
            return null;
        }

        var lists = new Dictionary<string, JsonElement?>();
        foreach (var name in (string[])["hardware", "software"])
        {
            JsonElement? value = capabilities.TryGetProperty(name, out var found) ? found : null;
            lists[name] = value switch
            {
                null or { ValueKind: JsonValueKind.Null or JsonValueKind.Array } => value,
                { ValueKind: JsonValueKind.Object } one => JsonElement.Parse($"[{one.GetRawText()}]"),
                _ => throw new ColoniesException(400, $"'{name}' of the capabilities is a list."),
            };
        }

        return ColoniesJson.Element(lists);
    }

    private static JsonElement? Object(JsonElement? said, string what) => said switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } => said,
        _ => throw new ColoniesException(400, $"The {what} are an object."),
    };

    private static ExecutorWire Wire(ColoniesServices services, ColonyExecutor e) => new()
    {
        ExecutorId = e.Id,
        ExecutorType = e.Type,
        ExecutorName = e.Name,
        ColonyName = e.Colony,
        State = (int)e.State,
        RequireFuncReg = e.RequireFuncReg,
        CommissionTime = e.AddedAt,
        LastHeardFromTime = services.Liveness.LastHeard(e) ?? Loose.NoTime,
        LocationName = e.Location.Length == 0 ? null : e.Location,
        Capabilities = e.Capabilities ?? NoCapabilities,
        Allocations = e.Allocations ?? NoAllocations,
        BlueprintId = e.BlueprintId.Length == 0 ? null : e.BlueprintId,
        BlueprintGen = e.BlueprintGeneration,
    };
}
