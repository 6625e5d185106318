using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>Starting and ending other programs.</summary>
internal static class Programs
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    /// <summary>How long a program may take to end by itself, before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Starts one whose output somebody reads.</summary>
    /// <exception cref="Refusal">Nothing can be started.</exception>
    public static Process Start(IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        // In a session of its own: Ctrl+C in the terminal is for this program, which ends the others in order.
        var start = new ProcessStartInfo("setsid", command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception error)
        {
            throw new Refusal($"{start.FileName} cannot be started: {error.Message}.");
        }
    }

    /// <summary>Runs one to its end and gives what it printed.</summary>
    /// <exception cref="Refusal">It failed; with its last words.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string folder)
    {
        using var process = Start(command, folder);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new Refusal($"{Path.GetFileName(command[0])} failed: {LastLine(await error) ?? LastLine(output) ?? $"exit code {process.ExitCode}"}");
    }

    /// <summary>Asks it to end, and kills it when it does not.</summary>
    public static async Task EndAsync(Process process, int signal)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, signal);
            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    public static string? LastLine(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();

    // The framework can only kill.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
