using Muster.Gateway.Colonies.Blueprints;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Kinds of blueprints, made by the owner of a colony.</summary>
internal static class BlueprintDefinitionMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addblueprintdefinitionmsg", AddAsync)
        .On("getblueprintdefinitionmsg", GetAsync)
        .On("getblueprintdefinitionsmsg", ListAsync)
        .On("removeblueprintdefinitionmsg", RemoveAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.AddDefinition>().BlueprintDefinition ?? throw new ColoniesException(400, "The blueprintdefinition is missing.");
        var metadata = wire.Metadata ?? new BlueprintMetadataWire();
        call.Roles.NeedOwner(metadata.ColonyName);
        RecordNames.Need(metadata.Name, "metadata.name of the definition");
        var spec = wire.Spec ?? new BlueprintDefinitionSpecWire();
        var (names, handler) = (spec.Names ?? new BlueprintNamesWire(), spec.Handler ?? new BlueprintHandlerWire());
        // Who names the kind once means it in both places.
        var kind = RecordNames.Need(names.Kind.Length > 0 ? names.Kind : wire.Kind, "spec.names.kind of the definition");
        SpecTranslation.QueueOf(handler.ExecutorType);
        var made = wire with
        {
            BlueprintDefinitionId = SpecTranslation.NewId(call.Services.Now),
            Kind = wire.Kind.Length > 0 ? wire.Kind : kind,
            Metadata = metadata with { CreatedAt = call.Services.Now, UpdatedAt = call.Services.Now },
            Spec = spec with { Names = names with { Kind = kind }, Handler = handler },
        };
        if (await Book(call).DefinitionOfAsync(metadata.ColonyName, kind, call.Cancel).ConfigureAwait(false) is { } other)
        {
            throw new ColoniesException(409, $"The kind {kind} is defined by {other.Metadata!.Name} already.");
        }

        return await Book(call).AddAsync(made).ConfigureAwait(false)
            ? new ColoniesReply(made)
            : throw new ColoniesException(409, $"A definition named {metadata.Name}, or one of the kind {kind}, already exists in the colony.");
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.Of>();
        call.Roles.NeedMemberOrOwner(wire.Colony);
        return new ColoniesReply(await NeedAsync(call, wire).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.Of>();
        call.Roles.NeedMemberOrOwner(wire.Colony);
        return new ColoniesReply(await Book(call).DefinitionsAsync(wire.Colony, call.Cancel).ConfigureAwait(false));
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var wire = call.Read<BlueprintRequests.Of>();
        call.Roles.NeedOwner(wire.Colony);
        var definition = await NeedAsync(call, wire).ConfigureAwait(false);
        var kind = definition.Spec!.Names!.Kind;
        if (await Book(call).ListAsync(wire.Colony, kind, call.Cancel).ConfigureAwait(false) is { Count: > 0 and var used })
        {
            throw new ColoniesException(409, $"There are {used} blueprints of the kind {kind}; remove them first.");
        }

        await Book(call).RemoveAsync(definition).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<BlueprintDefinitionWire> NeedAsync(ColoniesCall call, BlueprintRequests.Of wire) =>
        await Book(call).DefinitionAsync(wire.Colony, wire.Name, call.Cancel).ConfigureAwait(false) ?? throw new ColoniesException(404, $"There is no definition {wire.Name} in the colony.");

    private static BlueprintBook Book(ColoniesCall call) => new(call.Services.Store);
}
