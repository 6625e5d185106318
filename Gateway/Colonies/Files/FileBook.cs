using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Files;

/// <summary>The files of colonies: all that were added under a label and name, numbered, and which is the last. Changes at the same time follow each other.</summary>
/// <param name="store">The store.</param>
internal sealed class FileBook(IStore store)
{
    /// <summary>Adds a file: the next one of its label and name.</summary>
    public async Task<FileWire> AddAsync(FileWire file, CancellationToken cancel)
    {
        var key = FileHead.Key(file.Label, file.Name);
        while (true)
        {
            var head = await HeadAsync(file.ColonyName, key, cancel).ConfigureAwait(false);
            var now = store.Clock.GetUtcNow();
            var added = file with { FileId = SpecTranslation.NewId(now), SequenceNr = (head?.Latest.SequenceNr ?? 0) + 1, Added = now };
            if (await store.Records.WriteAsync(
                Put(new FileHead(added), key) with { Expected = head?.Version ?? 0 },
                new RecordChange.Put(FileWire.Kind, added.ColonyName, added.FileId, ColoniesJson.Element(added), key) { Expected = 0 }).ConfigureAwait(false))
            {
                return added;
            }

            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A file by its id; null when there is none.</summary>
    public async Task<FileWire?> FindAsync(string colony, string id, CancellationToken cancel) =>
        await store.Records.FindAsync(FileWire.Kind, colony, id, cancel).ConfigureAwait(false) is { } record ? Of(record) : null;

    /// <summary>The last file of a label and name; null when there is none.</summary>
    public async Task<FileWire?> LatestAsync(string colony, string label, string name, CancellationToken cancel) =>
        (await HeadAsync(colony, FileHead.Key(label, name), cancel).ConfigureAwait(false))?.Latest;

    /// <summary>All files of a label and name, the last one first.</summary>
    public async Task<IReadOnlyList<FileWire>> AllAsync(string colony, string label, string name, CancellationToken cancel) =>
        [.. (await RevisionsAsync(colony, FileHead.Key(label, name), null, cancel).ConfigureAwait(false)).Select(Of)];

    /// <summary>The last file of every name, by label and name.</summary>
    /// <param name="colony">The colony.</param>
    /// <param name="label">The label; null for all.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IReadOnlyList<FileWire>> LatestAsync(string colony, string? label, CancellationToken cancel) =>
    [
        .. (await store.Records.ListAsync(new RecordFilter(FileHead.Kind) { Namespace = colony, Tag = label }, cancel).ConfigureAwait(false))
            .Select(r => ColoniesJson.Of<FileHead>(r.Body).Latest).OrderBy(f => f.Label, StringComparer.Ordinal).ThenBy(f => f.Name, StringComparer.Ordinal),
    ];

    /// <summary>Whether a label is another one or lies below it.</summary>
    public static bool IsWithin(string label, string other) =>
        label.StartsWith(other, StringComparison.Ordinal) && (label.Length == other.Length || label[other.Length] == '/');

    /// <summary>Forgets a file; the one before becomes the last one. Nothing happens when there is none.</summary>
    public async Task RemoveAsync(string colony, string id, CancellationToken cancel)
    {
        while (await FindAsync(colony, id, cancel).ConfigureAwait(false) is { } file)
        {
            var key = FileHead.Key(file.Label, file.Name);
            var head = await HeadAsync(colony, key, cancel).ConfigureAwait(false);
            var changes = new List<RecordChange> { new RecordChange.Drop(FileWire.Kind, colony, id) { Expected = 1 } };
            if (head?.Latest.FileId == id)
            {
                var before = (await RevisionsAsync(colony, key, 2, cancel).ConfigureAwait(false)).Select(Of).FirstOrDefault(f => f.FileId != id);
                changes.Add((before is null ? new RecordChange.Drop(FileHead.Kind, colony, key) : (RecordChange)Put(new FileHead(before), key)) with { Expected = head.Version });
            }
            else if (head is not null)
            {
                // Nobody makes it the last one meanwhile.
                changes.Add(Put(new FileHead(head.Latest), key) with { Expected = head.Version });
            }

            if (await store.Records.WriteAsync(changes).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>Forgets all files of a label and name.</summary>
    public async Task RemoveAsync(string colony, string label, string name, CancellationToken cancel)
    {
        var key = FileHead.Key(label, name);
        while (await HeadAsync(colony, key, cancel).ConfigureAwait(false) is { } head)
        {
            var revisions = await RevisionsAsync(colony, key, null, cancel).ConfigureAwait(false);
            if (await store.Records.WriteAsync(
                [
                    new RecordChange.Drop(FileHead.Kind, colony, key) { Expected = head.Version },
                    .. revisions.Select(r => new RecordChange.Drop(FileWire.Kind, colony, r.Key)),
                ]).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private async Task<Found?> HeadAsync(string colony, string key, CancellationToken cancel) =>
        await store.Records.FindAsync(FileHead.Kind, colony, key, cancel).ConfigureAwait(false) is { } record
            ? new Found(ColoniesJson.Of<FileHead>(record.Body).Latest, record.Version)
            : null;

    private Task<IReadOnlyList<RecordRow>> RevisionsAsync(string colony, string key, int? limit, CancellationToken cancel) =>
        store.Records.ListAsync(new RecordFilter(FileWire.Kind) { Namespace = colony, Tag = key, NewestFirst = true, Limit = limit }, cancel);

    private static RecordChange.Put Put(FileHead head, string key) => new(FileHead.Kind, head.Latest.ColonyName, key, ColoniesJson.Element(head), head.Latest.Label);

    private static FileWire Of(RecordRow record) => ColoniesJson.Of<FileWire>(record.Body);

    private sealed record Found(FileWire Latest, long Version);
}
