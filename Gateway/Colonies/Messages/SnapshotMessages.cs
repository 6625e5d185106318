using Muster.Gateway.Colonies.Files;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Snapshots: which files were the last ones under a label at one time.</summary>
internal static class SnapshotMessages
{
    public static void AddTo(MessageTable table) => table
        .On("createsnapshotmsg", CreateAsync)
        .On("getsnapshotmsg", GetAsync)
        .On("getsnapshotsmsg", ListAsync)
        .On("removesnapshotmsg", RemoveAsync)
        .On("removeallsnapshotmsg", RemoveAllAsync);

    private static async Task<ColoniesReply> CreateAsync(ColoniesCall call)
    {
        var wire = Read(call);
        RecordNames.Need(wire.Name, "name of the snapshot");
        var label = wire.Label.TrimEnd('/');
        var files = await new FileBook(call.Services.Store).LatestAsync(wire.ColonyName, label: null, call.Cancel).ConfigureAwait(false);
        var snapshot = new SnapshotWire
        {
            SnapshotId = SpecTranslation.NewId(call.Services.Now),
            ColonyName = wire.ColonyName,
            Label = label,
            Name = wire.Name,
            FileIds = [.. files.Where(f => FileBook.IsWithin(f.Label, label)).Select(f => f.FileId)],
            Added = call.Services.Now,
        };
        return await call.Services.Store.Records.WriteAsync(
            new RecordChange.Put(SnapshotWire.Kind, wire.ColonyName, wire.Name, ColoniesJson.Element(snapshot), snapshot.SnapshotId) { Expected = 0 }).ConfigureAwait(false)
            ? new ColoniesReply(snapshot)
            : throw new ColoniesException(400, $"A snapshot named {wire.Name} already exists in the colony.");
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = Read(call);
        return await FindAsync(call, wire).ConfigureAwait(false) is { } record
            ? new ColoniesReply(ColoniesJson.Of<SnapshotWire>(record.Body))
            : throw new ColoniesException(500, $"There is no snapshot {(wire.SnapshotId.Length > 0 ? wire.SnapshotId : wire.Name)} in the colony.");
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var records = await call.Services.Store.Records.ListAsync(
            new RecordFilter(SnapshotWire.Kind) { Namespace = Read(call).ColonyName, NewestFirst = true }, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(records.Select(r => ColoniesJson.Of<SnapshotWire>(r.Body)).ToList());
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        if (await FindAsync(call, Read(call)).ConfigureAwait(false) is { } record)
        {
            await call.Services.Store.Records.WriteAsync(new RecordChange.Drop(SnapshotWire.Kind, record.Namespace, record.Key)).ConfigureAwait(false);
        }

        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAllAsync(ColoniesCall call)
    {
        await call.Services.Store.Records.WriteAsync(new RecordChange.DropAll(SnapshotWire.Kind, Read(call).ColonyName)).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    // All of them are for members.
    private static FileRequests.OfSnapshot Read(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.OfSnapshot>();
        call.Roles.NeedMember(wire.ColonyName);
        return wire;
    }

    private static async Task<RecordRow?> FindAsync(ColoniesCall call, FileRequests.OfSnapshot wire)
    {
        var records = call.Services.Store.Records;
        if (wire.SnapshotId.Length > 0)
        {
            var found = await records.ListAsync(new RecordFilter(SnapshotWire.Kind) { Namespace = wire.ColonyName, Tag = wire.SnapshotId, Limit = 1 }, call.Cancel).ConfigureAwait(false);
            return found.Count > 0 ? found[0] : null;
        }

        return wire.Name.Length > 0
            ? await records.FindAsync(SnapshotWire.Kind, wire.ColonyName, wire.Name, call.Cancel).ConfigureAwait(false)
            : throw new ColoniesException(500, "Say which snapshot: by its snapshotid or its name.");
    }
}
