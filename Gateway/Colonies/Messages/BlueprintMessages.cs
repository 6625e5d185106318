using System.Text.Json;
using Muster.Gateway.Colonies.Blueprints;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Blueprints: how things are to be, which members and the owner of a colony say, and executors make so.</summary>
internal static class BlueprintMessages
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public static void AddTo(MessageTable table) => table
        .On("addblueprintmsg", AddAsync)
        .On("getblueprintmsg", GetAsync)
        .On("getblueprintsmsg", ListAsync)
        .On("updateblueprintmsg", UpdateAsync)
        .On("updateblueprintstatusmsg", UpdateStatusAsync)
        .On("removeblueprintmsg", RemoveAsync)
        .On("reconcileblueprintmsg", ReconcileAsync)
        .On("getblueprinthistorymsg", HistoryAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var (wire, definition) = await ReadAsync(call, call.Read<BlueprintRequests.Put>().Blueprint).ConfigureAwait(false);
        var (metadata, now) = (wire.Metadata!, call.Services.Now);
        var planned = BlueprintReconciler.Plan(definition, wire, force: false, now);
        var made = wire with
        {
            BlueprintId = SpecTranslation.NewId(now),
            Metadata = Reconciled(metadata with { Generation = Math.Max(1, metadata.Generation), CreatedAt = now, UpdatedAt = now, LastReconciliationProcess = null, LastReconciliationTime = Loose.NoTime }, planned, now),
        };
        RecordChange.Put? location = null;
        if (metadata.LocationName is { Length: > 0 } place)
        {
            location = LocationMessages.New(call, new LocationWire { Name = RecordNames.Need(place, "location of the blueprint"), ColonyName = metadata.ColonyName, Description = $"Of the blueprint {metadata.Name}." }, out _);
        }

        if (!await Book(call).AddAsync(made, call.Signer, location, call.Cancel).ConfigureAwait(false))
        {
            // Whoever added it may have been cut off before its cron was there.
            if (await Book(call).FindAsync(metadata.ColonyName, metadata.Name, call.Cancel).ConfigureAwait(false) is { } other && other.Kind == made.Kind)
            {
                await BlueprintCrons.KeepAsync(call, definition, other).ConfigureAwait(false);
            }

            throw new ColoniesException(409, $"A blueprint named {metadata.Name} already exists in the colony.");
        }

        if (planned is not null)
        {
            try
            {
                await BlueprintCrons.KeepAsync(call, definition, made).ConfigureAwait(false);
                await BlueprintReconciler.SubmitAsync(call, planned).ConfigureAwait(false);
            }
            catch (ColoniesException)
            {
                // Whoever hears that it was refused adds it again.
                await Book(call).RemoveAsync(made).ConfigureAwait(false);
                throw;
            }
        }

        return new ColoniesReply(made);
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = Read(call);
        return new ColoniesReply(await NeedAsync(call, wire.Colony, wire.Name).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = Read(call);
        var all = await Book(call).ListAsync(wire.Colony, wire.Kind, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(all.Where(b => wire.LocationName.Length == 0 || b.Metadata!.LocationName == wire.LocationName).ToList());
    }

    private static async Task<ColoniesReply> UpdateAsync(ColoniesCall call)
    {
        var request = call.Read<BlueprintRequests.Put>();
        var (wire, definition) = await ReadAsync(call, request.Blueprint).ConfigureAwait(false);
        var now = call.Services.Now;
        BlueprintReconciler.Planned? planned = null;
        BlueprintWire? replaced = null;
        var changed = await Book(call).ChangeAsync(
            wire.Metadata!.ColonyName, wire.Metadata.Name, call.Signer,
            before =>
            {
                var isNew = request.ForceGeneration || !JsonElement.DeepEquals(before.Spec!.Value, wire.Spec!.Value);
                var (old, metadata) = (before.Metadata!, wire.Metadata);
                replaced = before;
                planned = isNew ? BlueprintReconciler.Plan(definition, wire, force: false, now) : null;
                metadata = metadata with
                {
                    Generation = old.Generation + (isNew ? 1 : 0),
                    CreatedAt = old.CreatedAt,
                    UpdatedAt = now,
                    LastReconciliationProcess = old.LastReconciliationProcess,
                    LastReconciliationTime = old.LastReconciliationTime,
                };
                return wire with { BlueprintId = before.BlueprintId, Metadata = Reconciled(metadata, planned, now), Status = wire.Status ?? before.Status };
            },
            call.Cancel).ConfigureAwait(false);
        await BlueprintCrons.KeepAsync(call, definition, changed).ConfigureAwait(false);
        if (replaced is not null && BlueprintCrons.NameOf(replaced.Kind, replaced.Metadata!.LocationName) != BlueprintCrons.NameOf(changed.Kind, changed.Metadata!.LocationName))
        {
            await BlueprintCrons.EndUnusedAsync(call, await Book(call).DefinitionOfAsync(replaced.Metadata.ColonyName, replaced.Kind, call.Cancel).ConfigureAwait(false), replaced).ConfigureAwait(false);
        }

        if (planned is not null)
        {
            // Should it be refused, the cron makes good for it.
            await BlueprintReconciler.SubmitAsync(call, planned).ConfigureAwait(false);
        }

        return new ColoniesReply(changed);
    }

    private static async Task<ColoniesReply> UpdateStatusAsync(ColoniesCall call)
    {
        var wire = Read(call);
        var status = Object(wire.Status, "status");
        await Book(call).ChangeAsync(
            wire.Colony, wire.BlueprintName, call.Signer, b => b with { Status = status, Metadata = b.Metadata! with { UpdatedAt = call.Services.Now } }, call.Cancel).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var wire = Read(call);
        var blueprint = await NeedAsync(call, wire.Colony, wire.Name).ConfigureAwait(false);
        var definition = await Book(call).DefinitionOfAsync(wire.Colony, blueprint.Kind, call.Cancel).ConfigureAwait(false);
        await Book(call).RemoveAsync(blueprint).ConfigureAwait(false);
        await BlueprintCrons.EndUnusedAsync(call, definition, blueprint).ConfigureAwait(false);
        await BlueprintReconciler.CleanUpAsync(call, definition, blueprint).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> ReconcileAsync(ColoniesCall call)
    {
        var wire = Read(call);
        var blueprint = await NeedAsync(call, wire.Colony, wire.Name).ConfigureAwait(false);
        var now = call.Services.Now;
        var definition = await Book(call).DefinitionOfAsync(wire.Colony, blueprint.Kind, call.Cancel).ConfigureAwait(false);
        var planned = BlueprintReconciler.Plan(definition, blueprint, wire.Force, now)
            ?? throw new ColoniesException(400, $"The definition of the kind {blueprint.Kind} names no handler: an executorType and a functionName.");
        await Book(call).ChangeAsync(
            wire.Colony, wire.Name, call.Signer,
            b => b with { Metadata = Reconciled(b.Metadata! with { Generation = b.Metadata!.Generation + (wire.Force ? 1 : 0) }, planned, now) }, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(await BlueprintReconciler.SubmitAsync(call, planned).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> HistoryAsync(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.Of>();
        var directory = call.Services.Directory;
        // The message names no colony.
        var colonies = directory.Memberships(call.Signer).Where(m => m.IsApproved).Select(m => m.Colony).Concat(directory.OwnedBy(call.Signer).Select(c => c.Name)).Distinct(StringComparer.Ordinal).ToList();
        if (colonies.Count == 0)
        {
            throw new ColoniesException(403, "Access denied, not a member of the colony.");
        }

        foreach (var colony in colonies)
        {
            if (await Book(call).HistoryAsync(colony, wire.BlueprintId, wire.Limit > 0 ? wire.Limit : null, call.Cancel).ConfigureAwait(false) is { Count: > 0 } history)
            {
                return new ColoniesReply(history);
            }
        }

        throw new ColoniesException(404, $"There is no blueprint with the id {wire.BlueprintId}.");
    }

    private static async Task<(BlueprintWire Blueprint, BlueprintDefinitionWire Definition)> ReadAsync(ColoniesCall call, BlueprintWire? said)
    {
        var wire = said ?? throw new ColoniesException(400, "The blueprint is missing.");
        var metadata = wire.Metadata ?? new BlueprintMetadataWire();
        call.Roles.NeedMemberOrOwner(metadata.ColonyName);
        RecordNames.Need(metadata.Name, "metadata.name of the blueprint");
        var definition = await Book(call).DefinitionOfAsync(metadata.ColonyName, wire.Kind, call.Cancel).ConfigureAwait(false)
            ?? throw new ColoniesException(400, $"The kind '{wire.Kind}' is not defined in the colony; add a blueprint definition of it first.");
        var spec = Object(wire.Spec, "spec");
        if (BlueprintSchema.Wrong(spec, definition.Spec!.Schema) is { } wrong)
        {
            throw new ColoniesException(400, $"The spec is not as the definition {definition.Metadata!.Name} says: {wrong}.");
        }

        return (wire with { Metadata = metadata, Spec = spec, Status = wire.Status is { ValueKind: JsonValueKind.Null } or null ? null : Object(wire.Status, "status") }, definition);
    }

    private static BlueprintRequests.Of Read(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.Of>();
        call.Roles.NeedMemberOrOwner(wire.Colony);
        return wire;
    }

    private static async Task<BlueprintWire> NeedAsync(ColoniesCall call, string colony, string name) =>
        await Book(call).FindAsync(colony, name, call.Cancel).ConfigureAwait(false) ?? throw BlueprintBook.Missing(name);

    private static BlueprintMetadataWire Reconciled(BlueprintMetadataWire metadata, BlueprintReconciler.Planned? planned, DateTimeOffset now) =>
        planned is null ? metadata : metadata with { LastReconciliationProcess = planned.Id.Id, LastReconciliationTime = now };

    private static JsonElement Object(JsonElement? value, string what) => value switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => Nothing,
        { ValueKind: JsonValueKind.Object } it => it,
        _ => throw new ColoniesException(400, $"The {what} is not an object."),
    };

    private static BlueprintBook Book(ColoniesCall call) => new(call.Services.Store);
}
