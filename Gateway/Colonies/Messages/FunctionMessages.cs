using System.Text.Json;
using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Functions that executors offer: how others find out who can do what, and how long it takes.</summary>
internal static class FunctionMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addfunctionmsg", AddAsync)
        .On("getfunctionsmsg", ListAsync)
        .On("removefunctionmsg", RemoveAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.AddFunction>().Fun ?? throw new ColoniesException(400, "The function is missing.");
        var me = call.Roles.NeedMember(wire.ColonyName);
        if (call.Services.Directory.Executor(wire.ColonyName, wire.ExecutorName) is not { } executor)
        {
            throw new ColoniesException(400, $"There is no executor {wire.ExecutorName} in the colony.");
        }

        if (me.Executor?.Name != executor.Name)
        {
            throw new ColoniesException(403, "Access denied, an executor may add functions of its own only.");
        }

        if (wire.FuncName.Length == 0)
        {
            throw new ColoniesException(400, "The funcname is missing.");
        }

        if (wire.Args is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Null) })
        {
            throw new ColoniesException(400, "The args of the function are a list.");
        }

        Sizes.Record(wire, "function");

        var function = wire with
        {
            FunctionId = SpecTranslation.NewId(call.Services.Now),
            ExecutorType = executor.Type,
            Description = wire.Description is { Length: > 0 } ? wire.Description : null,
            LocationName = executor.Location.Length == 0 ? null : executor.Location,
            Counter = 0,
            MinWaitTime = 0,
            MaxWaitTime = 0,
            AvgWaitTime = 0,
            MinExecTime = 0,
            MaxExecTime = 0,
            AvgExecTime = 0,
        };
        await call.Services.Store.Records.WriteAsync(
            new RecordChange.Put(FunctionCounters.Kind, wire.ColonyName, function.FunctionId, ColoniesJson.Element(function), executor.Name)).ConfigureAwait(false);
        return new ColoniesReply(function);
    }

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        call.Roles.NeedMember(wire.ColonyName);
        var records = await call.Services.Store.Records.ListAsync(
            new RecordFilter(FunctionCounters.Kind) { Namespace = wire.ColonyName, Tag = wire.ExecutorName.Length == 0 ? null : wire.ExecutorName }, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(records.Select(r => ColoniesJson.Of<FunctionWire>(r.Body)).ToList());
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var id = call.Read<Requests.OfFunction>().FunctionId;
        foreach (var me in call.Roles.NeedMemberships())
        {
            if (await call.Services.Store.Records.FindAsync(FunctionCounters.Kind, me.Colony, id, call.Cancel).ConfigureAwait(false) is { } record)
            {
                if (me.Executor is null || record.Tag != me.Name)
                {
                    throw new ColoniesException(403, "Access denied, an executor may remove functions of its own only.");
                }

                await call.Services.Store.Records.WriteAsync(new RecordChange.Drop(FunctionCounters.Kind, me.Colony, id)).ConfigureAwait(false);
                return ColoniesReply.Empty;
            }
        }

        throw new ColoniesException(404, "There is no such function.");
    }
}
