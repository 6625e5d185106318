namespace Muster.Runtime.Exec;

/// <summary>Limits of the commands that a node runs.</summary>
public sealed record ExecOptions
{
    /// <summary>How much of the standard output, and as much of the standard error, is kept for the result, in bytes; default 1 MiB. All of it goes to the log.</summary>
    public int OutputLimit { get; init; } = 1024 * 1024;

    /// <summary>How long a command gets between SIGTERM and SIGKILL; default 5 s.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(5);
}
