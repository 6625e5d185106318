using System.Diagnostics;
using System.Globalization;

namespace Muster.Workers.Conductor.Processes;

/// <summary>A worker in a process of its own: the same program, told by a variable which worker it is. It ends when its standard input does, so that it never outlives its host.</summary>
internal static class ChildProcess
{
    private const string Variable = "MUSTER_CONDUCTOR_WORKER_INDEX";

    /// <summary>Which worker this process is; null in the host.</summary>
    public static int? Index => int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>Starts one.</summary>
    public static Process Start(int index)
    {
        var line = Environment.GetCommandLineArgs();
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        // Run as "dotnet program.dll ..." the first argument is the assembly; else it is the program itself.
        var viaDotnet = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var argument in viaDotnet ? line : line.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Variable] = index.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    /// <summary>Returns when the host is gone or asks this process to stop.</summary>
    public static async Task HostGoneAsync()
    {
        var input = Console.OpenStandardInput();
        await using (input.ConfigureAwait(false))
        {
            var buffer = new byte[16];
            while (await input.ReadAsync(buffer).ConfigureAwait(false) > 0)
            {
                // Nothing is said; only the end counts.
            }
        }
    }
}
