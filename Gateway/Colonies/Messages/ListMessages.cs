using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Lists of processes.</summary>
internal static class ListMessages
{
    private const int MostProcesses = 100;
    private const int MostHistory = 10_000;

    public static void AddTo(MessageTable table) => table
        .On("getprocessesmsg", ListAsync)
        .On("getprocesshistmsg", HistoryAsync);

    private static async Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.ListProcesses>();
        call.Roles.NeedMember(wire.ColonyName);
        if (wire.Count > MostProcesses)
        {
            throw new ColoniesException(400, $"At most {MostProcesses} processes are listed at once, not {wire.Count}.");
        }

        var filter = Filter(call, wire);
        var order = wire.State switch
        {
            0 => ProcessOrder.Place,
            1 => ProcessOrder.Started,
            -1 => ProcessOrder.Submitted,
            _ => ProcessOrder.Finished,
        };
        var rows = wire.Count <= 0 ? [] : await call.Services.Store.Read.ListAsync(filter, order, wire.Count, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(await call.Services.View.OfAsync(rows, call.Cancel).ConfigureAwait(false));
    }

    // Filters exclude each other: the type first, then who submitted it, then the label.
    private static ProcessFilter Filter(ColoniesCall call, Requests.ListProcesses wire)
    {
        if (wire.ProcessGraphId.Length > 0)
        {
            return new ProcessFilter { Namespace = wire.ColonyName, Workflow = wire.ProcessGraphId, Statuses = wire.State == -1 ? [] : ColonyStates.Statuses(wire.State) };
        }

        var filter = new ProcessFilter { Namespace = wire.ColonyName, Statuses = ColonyStates.Statuses(wire.State) };
        if (wire.ExecutorType.Length > 0)
        {
            return filter with { Queue = SpecTranslation.QueueOf(wire.ExecutorType) };
        }

        if (wire.Initiator.Length > 0)
        {
            var user = call.Services.Directory.User(wire.ColonyName, wire.Initiator) ?? throw new ColoniesException(400, $"There is no user {wire.Initiator} in the colony.");
            return filter with { CreatedBy = $"{user.Id} {user.Name}" };
        }

        return wire.Label.Length > 0 ? filter with { Labels = filter.Labels.Add(SpecTranslation.Label, wire.Label) } : filter;
    }

    private static async Task<ColoniesReply> HistoryAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.ListProcesses>();
        call.Roles.NeedMember(wire.ColonyName);
        var executor = wire.ExecutorId.Length == 0 ? null : call.Services.Directory.Executors(wire.ColonyName).FirstOrDefault(e => e.Id == wire.ExecutorId);
        if (wire.ExecutorId.Length > 0 && executor is null)
        {
            return new ColoniesReply(Array.Empty<ProcessWire>());
        }

        var longest = TimeSpan.FromDays(36_500).TotalSeconds;
        var filter = new ProcessFilter
        {
            Namespace = wire.ColonyName,
            Statuses = ColonyStates.Statuses(wire.State),
            Executor = executor?.Name,
            CreatedAfter = call.Services.Now.AddSeconds(-Math.Clamp(wire.Seconds, 0, longest)),
        };
        var rows = await call.Services.Store.Read.ListAsync(filter, ProcessOrder.Submitted, MostHistory, call.Cancel).ConfigureAwait(false);
        return new ColoniesReply(await call.Services.View.OfAsync(rows, call.Cancel).ConfigureAwait(false));
    }
}
