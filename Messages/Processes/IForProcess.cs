namespace Muster.Messages.Processes;

/// <summary>A message that is routed to a process.</summary>
public interface IForProcess
{
    /// <summary>Which process it is for.</summary>
    ProcessId Process { get; }
}
