using System.CommandLine;

namespace Muster.Workers.Shared;

/// <summary>The outside of a worker program: its command line, its signals, its exit code.</summary>
public static class WorkerProgram
{
    /// <summary>Runs a command line. Signals are left to <see cref="StopSignals"/>.</summary>
    /// <param name="root">The command; its action may throw <see cref="WorkerException"/>.</param>
    /// <param name="args">What was given.</param>
    /// <returns>The exit code: what the action returned, or what the exception says.</returns>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(root);
        try
        {
            // How long a stop may take is decided where it happens: running work may end first.
            var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
            return await root.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (WorkerException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
    }
}
