namespace Muster.Gateway.Colonies.Wire;

/// <summary>How much there is.</summary>
internal sealed record StatisticsWire
{
    public long Colonies { get; init; }

    public long Executors { get; init; }

    public long ActiveExecutors { get; init; }

    public long UnregisteredExecutors { get; init; }

    public long WaitingProcesses { get; init; }

    public long RunningProcesses { get; init; }

    public long SuccessfulProcesses { get; init; }

    public long FailedProcesses { get; init; }

    public long CancelledProcesses { get; init; }

    public long WaitingWorkflows { get; init; }

    public long RunningWorkflows { get; init; }

    public long SuccessfulWorkflows { get; init; }

    public long FailedWorkflows { get; init; }

    public long CancelledWorkflows { get; init; }
}
