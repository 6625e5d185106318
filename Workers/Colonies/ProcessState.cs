namespace Muster.Workers.Colonies;

/// <summary>How a process stands; the numbers are those of the wire.</summary>
public enum ProcessState
{
    /// <summary>Nobody has it.</summary>
    Waiting = 0,

    /// <summary>An executor has it.</summary>
    Running = 1,

    /// <summary>It was closed with success.</summary>
    Successful = 2,

    /// <summary>It was closed with failure, or took too long.</summary>
    Failed = 3,

    /// <summary>It was cancelled.</summary>
    Cancelled = 4,
}
