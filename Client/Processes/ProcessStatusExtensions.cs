namespace Muster.Client;

/// <summary>Questions about a state.</summary>
public static class ProcessStatusExtensions
{
    /// <summary>Whether the state is final: only an explicit retry leaves it.</summary>
    /// <param name="status">The state.</param>
    public static bool IsFinal(this ProcessStatus status) => status is ProcessStatus.Succeeded or ProcessStatus.Failed or ProcessStatus.Cancelled;

    internal static string Word(this ProcessStatus status) => status switch
    {
        ProcessStatus.Blocked => "blocked",
        ProcessStatus.Waiting => "waiting",
        ProcessStatus.Running => "running",
        ProcessStatus.Succeeded => "succeeded",
        ProcessStatus.Failed => "failed",
        ProcessStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a state of a process."),
    };
}
