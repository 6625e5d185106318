using Muster.Gateway.Colonies.Files;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Files: where members put the bytes of a file, for others to find. The bytes go from client to client by way of a store that both reach.</summary>
internal static class FileMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addfilemsg", AddAsync)
        .On("getfilemsg", GetAsync)
        .On("getfilesmsg", ListAsync)
        .On("getfilelabelsmsg", LabelsAsync)
        .On("removefilemsg", RemoveAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.Add>().File ?? throw new ColoniesException(400, "The file is missing.");
        call.Roles.NeedMember(wire.ColonyName);
        RecordNames.Need(wire.Label, "label of the file");
        RecordNames.Need(wire.Name, "name of the file");
        var reference = wire.Ref ?? new FileReferenceWire();
        return new ColoniesReply(await Book(call).AddAsync(wire with { Ref = reference with { S3Object = reference.S3Object ?? new S3ObjectWire() } }, call.Cancel).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.OfFile>();
        call.Roles.NeedMember(wire.ColonyName);
        if (wire.FileId.Length > 0)
        {
            return await Book(call).FindAsync(wire.ColonyName, wire.FileId, call.Cancel).ConfigureAwait(false) is { } file
                ? new ColoniesReply(new[] { file })
                : throw new ColoniesException(400, $"There is no file with the id {wire.FileId} in the colony.");
        }

        NeedName(wire, 500);
        IReadOnlyList<FileWire> files = wire.Latest
            ? await Book(call).LatestAsync(wire.ColonyName, wire.Label, wire.Name, call.Cancel).ConfigureAwait(false) is { } latest ? [latest] : []
            : await Book(call).AllAsync(wire.ColonyName, wire.Label, wire.Name, call.Cancel).ConfigureAwait(false);
        return files.Count > 0 ? new ColoniesReply(files) : throw new ColoniesException(404, $"There is no file {wire.Name} with the label {wire.Label} in the colony.");
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.OfFile>();
        call.Roles.NeedMember(wire.ColonyName);
        var files = await Book(call).LatestAsync(wire.ColonyName, wire.Label, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(files.Select(f => new ListedWire(f.Name, f.Checksum, f.Size, f.Ref?.S3Object?.Object ?? "")).ToList());
    }

    private static async Task<ColoniesReply> LabelsAsync(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.OfFile>();
        call.Roles.NeedMember(wire.ColonyName);
        var labels = (await Book(call).LatestAsync(wire.ColonyName, label: null, call.Cancel).ConfigureAwait(false))
            .Where(f => wire.Exact ? FileBook.IsWithin(f.Label, wire.Name) : f.Label.StartsWith(wire.Name, StringComparison.Ordinal))
            .GroupBy(f => f.Label, StringComparer.Ordinal);
        return new ColoniesReply(labels.Select(l => new LabelWire(l.Key, l.Count())).ToList());
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var wire = call.Read<FileRequests.OfFile>();
        call.Roles.NeedMember(wire.ColonyName);
        if (wire.FileId.Length > 0)
        {
            await Book(call).RemoveAsync(wire.ColonyName, wire.FileId, call.Cancel).ConfigureAwait(false);
        }
        else
        {
            NeedName(wire, 400);
            await Book(call).RemoveAsync(wire.ColonyName, wire.Label, wire.Name, call.Cancel).ConfigureAwait(false);
        }

        return ColoniesReply.Empty;
    }

    private static void NeedName(FileRequests.OfFile wire, int status)
    {
        if (wire.Label.Length == 0 || wire.Name.Length == 0)
        {
            throw new ColoniesException(status, "Say which file: by its fileid, or by its label and name.");
        }
    }

    private static FileBook Book(ColoniesCall call) => new(call.Services.Store);

    private sealed record ListedWire(string Name, string Checksum, long Size, string S3FileName);

    private sealed record LabelWire(string Name, int Files);
}
