namespace Muster.Messages.Processes;

/// <summary>Questions about a state.</summary>
public static class ProcessStatusExtensions
{
    /// <summary>Whether the state is final: only an explicit retry leaves it.</summary>
    public static bool IsFinal(this ProcessStatus status) => status is ProcessStatus.Succeeded or ProcessStatus.Failed or ProcessStatus.Cancelled;
}
