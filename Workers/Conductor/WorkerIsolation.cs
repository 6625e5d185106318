namespace Muster.Workers.Conductor;

/// <summary>What workers of one host share.</summary>
public enum WorkerIsolation
{
    /// <summary>Each worker is a process of the operating system, started from the same program and restarted when it dies.</summary>
    Process,

    /// <summary>All workers run in the process of the host.</summary>
    Task,
}
