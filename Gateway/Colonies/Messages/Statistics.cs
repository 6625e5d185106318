using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Workflows;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>How much there is in a colony.</summary>
internal static class Statistics
{
    /// <summary>Counts it.</summary>
    public static async Task<StatisticsWire> OfAsync(ColoniesServices services, string colony, CancellationToken cancel)
    {
        var counts = (await services.Store.Read.CountsAsync(colony, cancel).ConfigureAwait(false)).ToLookup(c => ColonyStates.Of(c.Status), c => c.Count);
        var workflows = (await services.Store.Read.WorkflowTotalsAsync(colony, cancel).ConfigureAwait(false)).ToDictionary(t => t.Status, t => t.Count);
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
            WaitingWorkflows = workflows.GetValueOrDefault(WorkflowStatus.Waiting),
            RunningWorkflows = workflows.GetValueOrDefault(WorkflowStatus.Running),
            SuccessfulWorkflows = workflows.GetValueOrDefault(WorkflowStatus.Succeeded),
            FailedWorkflows = workflows.GetValueOrDefault(WorkflowStatus.Failed),
            CancelledWorkflows = workflows.GetValueOrDefault(WorkflowStatus.Cancelled),
        };
    }

    /// <summary>Counts it in all colonies.</summary>
    public static async Task<StatisticsWire> OfAllAsync(ColoniesServices services, CancellationToken cancel)
    {
        var total = new StatisticsWire();
        foreach (var colony in services.Directory.Colonies)
        {
            total = Sum(total, await OfAsync(services, colony.Name, cancel).ConfigureAwait(false));
        }

        return total;
    }

    private static StatisticsWire Sum(StatisticsWire a, StatisticsWire b) => new()
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
