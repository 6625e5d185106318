using System.Collections.Immutable;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Values that an executor attaches to the process that it holds.</summary>
internal static class AttributeMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addattributemsg", AddAsync)
        .On("getattributemsg", GetAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.AddAttribute>().Attribute ?? throw new ColoniesException(400, "The attribute is missing.");
        var found = await FoundProcess.NeedAsync(call, wire.TargetId, missing: 404).ConfigureAwait(false);
        var attempt = found.NeedAttempt();
        if (wire.AttributeType is < 0 or > AttributeName.Environment)
        {
            throw new ColoniesException(400, $"There is no attribute type {wire.AttributeType}: 0 in, 1 out, 2 error, 3 environment.");
        }

        Sizes.Name(wire.Key, "key");
        Sizes.Record(wire, "attribute");
        var name = AttributeName.Of(wire.AttributeType, wire.Key);
        var spec = await call.Services.Store.Read.SpecAsync(found.Id, call.Cancel).ConfigureAwait(false);
        if (found.Row.Attributes?.ContainsKey(name) == true || (wire.AttributeType == AttributeName.Environment && spec?.Env.ContainsKey(wire.Key) == true))
        {
            throw new ColoniesException(400, $"The process has an attribute {wire.Key} of this type already.");
        }

        Refusals.Need(
            await call.Services.Gate.SendAsync(
                new ProcessCommand.SetAttributes
                {
                    Process = found.Id,
                    CommandId = Guid.NewGuid().ToString("N"),
                    By = found.Member.Name,
                    Attempt = attempt,
                    Attributes = ImmutableSortedDictionary<string, string?>.Empty.Add(name, wire.Value),
                }, call.Cancel).ConfigureAwait(false),
            conflict: 403);
        return new ColoniesReply(wire with
        {
            AttributeId = AttributeName.Id(found.Id.Id, wire.AttributeType, wire.Key),
            TargetProcessGraphId = spec?.Workflow ?? "",
            State = (int)ColonyState.Running,
        });
    }

    private static async Task<ColoniesReply> GetAsync(ColoniesCall call)
    {
        var id = call.Read<Requests.OfAttribute>().AttributeId;
        if (AttributeName.Parts(id) is { } parts && Ids.IsValid(parts.Process))
        {
            var found = await FoundProcess.NeedAsync(call, parts.Process, missing: 400).ConfigureAwait(false);
            var process = (await call.Services.View.OfAsync([found.Row], call.Cancel).ConfigureAwait(false))[0];
            if (process.Attributes.FirstOrDefault(a => a.AttributeId == id) is { } attribute)
            {
                return new ColoniesReply(attribute);
            }
        }

        throw new ColoniesException(400, "There is no such attribute.");
    }
}
