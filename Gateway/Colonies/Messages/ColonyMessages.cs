using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Colonies: made and removed by the owner of the server.</summary>
internal static class ColonyMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addcolonymsg", AddAsync)
        .On("removecolonymsg", RemoveAsync)
        .On("getcoloniesmsg", ListAsync)
        .On("getcolonymsg", GetAsync)
        .On("getcolonystatsmsg", StatisticsAsync)
        .On("changecolonyidmsg", ChangeIdAsync)
        .On("pauseassignmentsmsg", call => PauseAsync(call, paused: true))
        .On("resumeassignmentsmsg", call => PauseAsync(call, paused: false))
        .On("getpausestatusmsg", PauseStatusAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        var wire = call.Read<Requests.AddColony>().Colony ?? throw new ColoniesException(400, "The colony is missing.");
        ServerMessages.NeedId(wire.ColonyId, "colony id");
        if (!Ids.IsValid(wire.Name))
        {
            throw new ColoniesException(400, $"The name '{wire.Name}' is not made of 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -");
        }

        return await call.Services.Directory.PutAsync(new Colony(wire.Name, wire.ColonyId), isNew: true).ConfigureAwait(false)
            ? new ColoniesReply(wire)
            : throw new ColoniesException(400, $"A colony named {wire.Name} already exists.");
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        var colony = Need(call, call.Read<Requests.OfColony>().ColonyName);
        await ColonyRemoval.RunAsync(call.Services, colony, CancellationToken.None).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        return Task.FromResult(new ColoniesReply(call.Services.Directory.Colonies.Select(Wire).ToList()));
    }

    private static Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var colony = call.Read<Requests.OfColony>().ColonyName;
        call.Roles.NeedMember(colony);
        return Task.FromResult(new ColoniesReply(Wire(call.Services.Directory.Colony(colony)!)));
    }

    private static async Task<ColoniesReply> StatisticsAsync(ColoniesCall call)
    {
        var colony = Need(call, call.Read<Requests.OfColony>().ColonyName).Name;
        call.Roles.NeedMember(colony);
        return new ColoniesReply(await Statistics.OfAsync(call.Services, colony, call.Cancel).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> ChangeIdAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        var colony = call.Roles.NeedOwner(wire.ColonyName);
        ServerMessages.NeedId(wire.ColonyId, "colony id");
        await call.OnceAsync(() => call.Services.Directory.ChangeAsync(colony, c => c with { OwnerId = wire.ColonyId })).ConfigureAwait(false);
        return new ColoniesReply(call.Json);
    }

    private static async Task<ColoniesReply> PauseAsync(ColoniesCall call, bool paused)
    {
        var colony = call.Roles.NeedOwner(call.Read<Requests.OfColony>().ColonyName);
        await call.Services.Directory.ChangeAsync(colony, c => c with { Paused = paused }).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static Task<ColoniesReply> PauseStatusAsync(ColoniesCall call)
    {
        var name = call.Read<Requests.OfColony>().ColonyName;
        call.Roles.NeedAnyMember(name);
        const string type = "pausestatusreplymsg";
        return Task.FromResult(new ColoniesReply(new PauseStatusWire(type, name, call.Services.Directory.Colony(name)!.Paused), type));
    }

    private static Colony Need(ColoniesCall call, string name) =>
        call.Services.Directory.Colony(name) ?? throw new ColoniesException(400, $"There is no colony {name}.");

    private static ColonyWire Wire(Colony colony) => new(colony.OwnerId, colony.Name);

    private sealed record PauseStatusWire(string MsgType, string ColonyName, bool IsPaused);
}
