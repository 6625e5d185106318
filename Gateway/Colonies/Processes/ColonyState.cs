namespace Muster.Gateway.Colonies.Processes;

/// <summary>The states of a process and of a workflow; the numbers are those of the wire.</summary>
internal enum ColonyState
{
    /// <summary>It waits: for an executor, for its parents or for its time.</summary>
    Waiting = 0,

    /// <summary>An executor has it.</summary>
    Running = 1,

    /// <summary>It was closed as successful.</summary>
    Successful = 2,

    /// <summary>It was closed as failed, or a limit did so.</summary>
    Failed = 3,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled = 4,
}
