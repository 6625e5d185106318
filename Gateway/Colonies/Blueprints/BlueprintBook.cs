using System.Globalization;
using System.Text.Json;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Blueprints;

/// <summary>The blueprints of colonies, their definitions, and their generations.</summary>
/// <param name="store">The store.</param>
internal sealed class BlueprintBook(IStore store)
{
    /// <summary>So many generations of a blueprint are remembered.</summary>
    private const int Generations = 100;

    /// <summary>Makes a definition. False when there is one of the name, or of the kind.</summary>
    public Task<bool> AddAsync(BlueprintDefinitionWire definition)
    {
        var (colony, kind) = (definition.Metadata!.ColonyName, definition.Spec!.Names!.Kind);
        return store.Records.WriteAsync(
            new RecordChange.Put(BlueprintDefinitionWire.RecordKind, colony, definition.Metadata.Name, ColoniesJson.Element(definition), kind) { Expected = 0 },
            // The kind has to be free too.
            new RecordChange.Put(BlueprintDefinitionWire.KindRecordKind, colony, kind, ColoniesJson.Element(definition.Metadata.Name)) { Expected = 0 });
    }

    /// <summary>Forgets a definition.</summary>
    public Task RemoveAsync(BlueprintDefinitionWire definition) => store.Records.WriteAsync(
        new RecordChange.Drop(BlueprintDefinitionWire.RecordKind, definition.Metadata!.ColonyName, definition.Metadata.Name),
        new RecordChange.Drop(BlueprintDefinitionWire.KindRecordKind, definition.Metadata.ColonyName, definition.Spec!.Names!.Kind));

    /// <summary>A definition by its name; null when there is none.</summary>
    public async Task<BlueprintDefinitionWire?> DefinitionAsync(string colony, string name, CancellationToken cancel) =>
        await store.Records.FindAsync(BlueprintDefinitionWire.RecordKind, colony, name, cancel).ConfigureAwait(false) is { } record
            ? ColoniesJson.Of<BlueprintDefinitionWire>(record.Body)
            : null;

    /// <summary>The definition of a kind; null when there is none.</summary>
    public async Task<BlueprintDefinitionWire?> DefinitionOfAsync(string colony, string kind, CancellationToken cancel) =>
        await ListAsync<BlueprintDefinitionWire>(new(BlueprintDefinitionWire.RecordKind) { Namespace = colony, Tag = kind, Limit = 1 }, cancel).ConfigureAwait(false) is [var first, ..] ? first : null;

    /// <summary>All definitions.</summary>
    public Task<IReadOnlyList<BlueprintDefinitionWire>> DefinitionsAsync(string colony, CancellationToken cancel) =>
        ListAsync<BlueprintDefinitionWire>(new(BlueprintDefinitionWire.RecordKind) { Namespace = colony }, cancel);

    /// <summary>Blueprints of a kind, or all.</summary>
    public Task<IReadOnlyList<BlueprintWire>> ListAsync(string colony, string kind, CancellationToken cancel) =>
        ListAsync<BlueprintWire>(new(BlueprintWire.RecordKind) { Namespace = colony, Tag = kind.Length == 0 ? null : kind }, cancel);

    /// <summary>A blueprint; null when there is none.</summary>
    public async Task<BlueprintWire?> FindAsync(string colony, string name, CancellationToken cancel) => (await RecordAsync(colony, name, cancel).ConfigureAwait(false))?.Blueprint;

    /// <summary>Makes a blueprint, with the location that it names. False when there is one of the name.</summary>
    /// <param name="blueprint">The blueprint.</param>
    /// <param name="by">The id of who makes it.</param>
    /// <param name="location">Makes the location, should it be missing.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<bool> AddAsync(BlueprintWire blueprint, string by, RecordChange.Put? location, CancellationToken cancel)
    {
        while (true)
        {
            var missing = location is not null && await store.Records.FindAsync(location.Kind, location.Namespace, location.Key, cancel).ConfigureAwait(false) is null;
            if (await store.Records.WriteAsync(
                [Put(blueprint, 0), History(blueprint, by, "create"), .. missing ? [location!] : Array.Empty<RecordChange>()]).ConfigureAwait(false))
            {
                return true;
            }

            // Unless somebody else made the location in between.
            if (await RecordAsync(blueprint.Metadata!.ColonyName, blueprint.Metadata.Name, cancel).ConfigureAwait(false) is not null)
            {
                return false;
            }
        }
    }

    /// <summary>Changes a blueprint, and remembers a new generation. Changes at the same time follow each other.</summary>
    /// <param name="colony">The colony.</param>
    /// <param name="name">The name.</param>
    /// <param name="by">The id of who changes it.</param>
    /// <param name="change">What becomes of it; may be asked again.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ColoniesException">There is none.</exception>
    public async Task<BlueprintWire> ChangeAsync(string colony, string name, string by, Func<BlueprintWire, BlueprintWire> change, CancellationToken cancel)
    {
        while (true)
        {
            var (before, version) = await RecordAsync(colony, name, cancel).ConfigureAwait(false) ?? throw Missing(name);
            var after = change(before);
            var isNew = after.Metadata!.Generation != before.Metadata!.Generation;
            if (await store.Records.WriteAsync([Put(after, version), .. isNew ? [History(after, by, "update"), Forgotten(after)] : Array.Empty<RecordChange>()]).ConfigureAwait(false))
            {
                return after;
            }
        }
    }

    /// <summary>Forgets a blueprint and its generations.</summary>
    public Task RemoveAsync(BlueprintWire blueprint) => store.Records.WriteAsync(
        new RecordChange.Drop(BlueprintWire.RecordKind, blueprint.Metadata!.ColonyName, blueprint.Metadata.Name),
        new RecordChange.DropAll(BlueprintHistoryWire.RecordKind, blueprint.Metadata.ColonyName, blueprint.BlueprintId));

    /// <summary>The generations of a blueprint, the newest first.</summary>
    public Task<IReadOnlyList<BlueprintHistoryWire>> HistoryAsync(string colony, string id, int? limit, CancellationToken cancel) =>
        ListAsync<BlueprintHistoryWire>(new(BlueprintHistoryWire.RecordKind) { Namespace = colony, Tag = id, NewestFirst = true, Limit = limit }, cancel);

    /// <summary>The refusal of a message that names no blueprint.</summary>
    public static ColoniesException Missing(string name) => new(404, $"There is no blueprint {name} in the colony.");

    private async Task<(BlueprintWire Blueprint, long Version)?> RecordAsync(string colony, string name, CancellationToken cancel) =>
        await store.Records.FindAsync(BlueprintWire.RecordKind, colony, name, cancel).ConfigureAwait(false) is { } record
            ? (ColoniesJson.Of<BlueprintWire>(record.Body), record.Version)
            : null;

    private async Task<IReadOnlyList<T>> ListAsync<T>(RecordFilter filter, CancellationToken cancel) =>
        [.. (await store.Records.ListAsync(filter, cancel).ConfigureAwait(false)).Select(r => ColoniesJson.Of<T>(r.Body))];

    private static RecordChange Put(BlueprintWire blueprint, long version) => new RecordChange.Put(
        BlueprintWire.RecordKind, blueprint.Metadata!.ColonyName, blueprint.Metadata.Name, ColoniesJson.Element(blueprint), blueprint.Kind)
    { Expected = version };

    private RecordChange History(BlueprintWire blueprint, string by, string what)
    {
        var (metadata, now) = (blueprint.Metadata!, store.Clock.GetUtcNow());
        var history = new BlueprintHistoryWire
        {
            HistoryId = SpecTranslation.NewId(now),
            BlueprintId = blueprint.BlueprintId,
            Kind = blueprint.Kind,
            Namespace = metadata.ColonyName,
            Name = metadata.Name,
            Generation = metadata.Generation,
            Spec = blueprint.Spec,
            Status = blueprint.Status,
            Timestamp = now,
            ChangedBy = by,
            ChangeType = what,
        };
        return new RecordChange.Put(BlueprintHistoryWire.RecordKind, metadata.ColonyName, HistoryKey(blueprint, metadata.Generation), ColoniesJson.Element(history), blueprint.BlueprintId);
    }

    private static RecordChange Forgotten(BlueprintWire blueprint) =>
        new RecordChange.Drop(BlueprintHistoryWire.RecordKind, blueprint.Metadata!.ColonyName, HistoryKey(blueprint, blueprint.Metadata.Generation - Generations));

    private static string HistoryKey(BlueprintWire blueprint, long generation) => string.Create(CultureInfo.InvariantCulture, $"{blueprint.BlueprintId}/{generation}");
}
