using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Locations: made by the owner of a colony, so that others find out where executors are.</summary>
internal static class LocationMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addlocationmsg", AddAsync)
        .On("getlocationsmsg", ListAsync)
        .On("getlocationmsg", GetAsync)
        .On("removelocationmsg", RemoveAsync);

    /// <summary>A location with an id of its own, as a change that makes it.</summary>
    public static RecordChange.Put New(ColoniesCall call, LocationWire location, out LocationWire made)
    {
        made = location with { LocationId = SpecTranslation.NewId(call.Services.Now) };
        return new RecordChange.Put(LocationWire.Kind, made.ColonyName, made.Name, ColoniesJson.Element(made)) { Expected = 0 };
    }

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.AddLocation>().Location ?? throw new ColoniesException(400, "The location is missing.");
        Known(call, wire.ColonyName);
        call.Roles.NeedOwner(wire.ColonyName);
        RecordNames.Need(wire.Name, "name of the location");
        return await call.Services.Store.Records.WriteAsync(New(call, wire, out var made)).ConfigureAwait(false)
            ? new ColoniesReply(made)
            : throw new ColoniesException(400, $"A location named {wire.Name} already exists in the colony.");
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var colony = call.Read<Requests.OfColony>().ColonyName;
        Known(call, colony);
        call.Roles.NeedAnyMember(colony);
        var records = await call.Services.Store.Records.ListAsync(new RecordFilter(LocationWire.Kind) { Namespace = colony }, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(records.Select(r => ColoniesJson.Of<LocationWire>(r.Body)).ToList());
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        Known(call, wire.ColonyName);
        call.Roles.NeedAnyMember(wire.ColonyName);
        return new ColoniesReply(await NeedAsync(call, wire).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        Known(call, wire.ColonyName);
        call.Roles.NeedOwner(wire.ColonyName);
        await NeedAsync(call, wire).ConfigureAwait(false);
        await call.Services.Store.Records.WriteAsync(new RecordChange.Drop(LocationWire.Kind, wire.ColonyName, wire.Name)).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<LocationWire> NeedAsync(ColoniesCall call, Requests.OfColony wire) =>
        await call.Services.Store.Records.FindAsync(LocationWire.Kind, wire.ColonyName, wire.Name, call.Cancel).ConfigureAwait(false) is { } record
            ? ColoniesJson.Of<LocationWire>(record.Body)
            : throw new ColoniesException(404, $"There is no location {wire.Name} in the colony.");

    private static void Known(ColoniesCall call, string colony)
    {
        if (call.Services.Directory.Colony(colony) is null)
        {
            throw new ColoniesException(400, $"There is no colony {colony}.");
        }
    }
}
