namespace Muster.Workers.Shared;

/// <summary>Why a worker cannot start or go on. The message is one line that says what is wrong and what to do; it goes to standard error.</summary>
/// <param name="message">The line.</param>
/// <param name="exitCode">What the program ends with; default 1.</param>
/// <param name="inner">The cause.</param>
public sealed class WorkerException(string message, int exitCode = 1, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
