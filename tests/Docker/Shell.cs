using System.Diagnostics;

namespace Muster.Tests.Docker;

/// <summary>Runs commands of the machine.</summary>
internal static class Shell
{
    /// <summary>Runs a command, and gives its exit code and what it printed.</summary>
    public static async Task<(int Exit, string Output, string Error)> TryAsync(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return (process.ExitCode, output.Trim(), (await error.ConfigureAwait(false)).Trim());
    }

    /// <summary>Runs a command that has to succeed, and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(params IReadOnlyList<string> command)
    {
        var (exit, output, error) = await TryAsync(command).ConfigureAwait(false);
        return exit == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exit}: {error}\n{output}");
    }
}
