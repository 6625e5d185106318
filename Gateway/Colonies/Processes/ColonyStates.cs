using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>The states of the engine as clients know them.</summary>
internal static class ColonyStates
{
    /// <summary>The state of a status.</summary>
    public static ColonyState Of(ProcessStatus status) => status switch
    {
        ProcessStatus.Running => ColonyState.Running,
        ProcessStatus.Succeeded => ColonyState.Successful,
        ProcessStatus.Failed => ColonyState.Failed,
        ProcessStatus.Cancelled => ColonyState.Cancelled,
        _ => ColonyState.Waiting,
    };

    /// <summary>The statuses of a state.</summary>
    /// <exception cref="ColoniesException">There is no such state.</exception>
    public static ImmutableArray<ProcessStatus> Statuses(int state) => state switch
    {
        0 => [ProcessStatus.Blocked, ProcessStatus.Waiting],
        1 => [ProcessStatus.Running],
        2 => [ProcessStatus.Succeeded],
        3 => [ProcessStatus.Failed],
        4 => [ProcessStatus.Cancelled],
        _ => throw new ColoniesException(400, $"There is no state {state}: 0 waiting, 1 running, 2 successful, 3 failed, 4 cancelled."),
    };
}
