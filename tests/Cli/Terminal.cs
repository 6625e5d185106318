using System.Diagnostics;
using System.Text.Json;
using Muster.Tests.Support;

namespace Muster.Tests.Cli;

/// <summary>The program on a pseudo-terminal.</summary>
public static class Terminal
{
    /// <summary>Ctrl+C.</summary>
    public const string Interrupt = "\u0003";

    /// <summary>Ctrl+D.</summary>
    public const string End = "\u0004";

    /// <summary>The key with the arrow upwards.</summary>
    public const string Up = "\u001b[A";

    /// <summary>Plays a conversation: waits for each text, and types what belongs to it.</summary>
    /// <returns>All that the program wrote, and how it ended.</returns>
    public static async Task<ToolResult> PlayAsync(ClusterFixture cluster, IReadOnlyList<string> arguments, IReadOnlyList<(string Expect, string Send)> steps, IReadOnlyDictionary<string, string>? more = null, int width = 120)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(steps);
        var play = new
        {
            command = (IEnumerable<string>)["dotnet", Tool.Program, .. arguments],
            steps = steps.Select(s => new { expect = s.Expect, send = s.Send }),
            limit = Eventually.Patience.TotalSeconds,
            width,
        };
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "terminal.py")]) { WorkingDirectory = cluster.Folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in cluster.Variables.Concat(more ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        start.Environment["TERM"] = "xterm";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(play));
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, output, await error);
    }
}
