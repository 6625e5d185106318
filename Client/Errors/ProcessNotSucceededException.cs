namespace Muster.Client;

/// <summary>A process that was waited for failed or was cancelled.</summary>
public sealed class ProcessNotSucceededException : MusterException
{
    /// <summary>The end of a process.</summary>
    /// <param name="process">The process, final.</param>
    public ProcessNotSucceededException(ProcessSnapshot process)
        : base(Describe(process))
    {
        Process = process;
    }

    /// <summary>The process as it ended.</summary>
    public ProcessSnapshot Process { get; }

    private static string Describe(ProcessSnapshot process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var status = process.Status == ProcessStatus.Cancelled ? "was cancelled" : "failed";
        return $"Process {process.Id} {status} after {process.Attempt} attempts: {process.Reason ?? "no reason given"}";
    }
}
