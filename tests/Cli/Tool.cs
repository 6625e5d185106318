using System.Diagnostics;
using Muster.Tests.Support;

namespace Muster.Tests.Cli;

/// <summary>Runs the program as a user does.</summary>
public static class Tool
{
    /// <summary>The program.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "muster.dll");

    /// <summary>Runs it to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="variables">What is added to the environment.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="input">What stands on its standard input.</param>
    public static async Task<ToolResult> RunAsync(string folder, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> arguments, string input = "")
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var process = Start(folder, variables, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Eventually.Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"muster {string.Join(' ', arguments)} did not end. It printed: {await output} {await error}");
        }

        return new ToolResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it; the caller ends it.</summary>
    public static Process Start(string folder, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(arguments);
        // Who starts the tests in the background makes them ignore Ctrl+C, and with them all that they start.
        var start = new ProcessStartInfo("env") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (IEnumerable<string>)["--default-signal=INT", "dotnet", Program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
