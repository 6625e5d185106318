using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>How much there is in a colony.</summary>
internal static class Statistics
{
    /// <summary>Counts it.</summary>
    public static async Task<StatisticsWire> OfAsync(ColoniesServices services, string colony, CancellationToken cancel)
    {
        var counts = (await services.Store.Read.CountsAsync(colony, cancel).ConfigureAwait(false)).ToLookup(c => ColonyStates.Of(c.Status), c => c.Count);
        var executors = services.Directory.Executors(colony).ToList();
        return new StatisticsWire
        {
            Colonies = 1,
            Executors = executors.Count,
            ActiveExecutors = executors.Count(e => e.State == ExecutorState.Approved),
            UnregisteredExecutors = executors.Count(e => e.State == ExecutorState.Unregistered),
            WaitingProcesses = counts[ColonyState.Waiting].Sum(),
            RunningProcesses = counts[ColonyState.Running].Sum(),
            SuccessfulProcesses = counts[ColonyState.Successful].Sum(),
            FailedProcesses = counts[ColonyState.Failed].Sum(),
            CancelledProcesses = counts[ColonyState.Cancelled].Sum(),
        };
    }

    /// <summary>Both together.</summary>
    public static StatisticsWire Sum(StatisticsWire a, StatisticsWire b) => new()
    {
        Colonies = a.Colonies + b.Colonies,
        Executors = a.Executors + b.Executors,
        ActiveExecutors = a.ActiveExecutors + b.ActiveExecutors,
        UnregisteredExecutors = a.UnregisteredExecutors + b.UnregisteredExecutors,
        WaitingProcesses = a.WaitingProcesses + b.WaitingProcesses,
        RunningProcesses = a.RunningProcesses + b.RunningProcesses,
        SuccessfulProcesses = a.SuccessfulProcesses + b.SuccessfulProcesses,
        FailedProcesses = a.FailedProcesses + b.FailedProcesses,
        CancelledProcesses = a.CancelledProcesses + b.CancelledProcesses,
        WaitingWorkflows = a.WaitingWorkflows + b.WaitingWorkflows,
        RunningWorkflows = a.RunningWorkflows + b.RunningWorkflows,
        SuccessfulWorkflows = a.SuccessfulWorkflows + b.SuccessfulWorkflows,
        FailedWorkflows = a.FailedWorkflows + b.FailedWorkflows,
        CancelledWorkflows = a.CancelledWorkflows + b.CancelledWorkflows,
    };
}
