using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.SensorBucket;

/// <summary>A function that the connector starts itself: the Python frame with a file of user code. When it dies it is started again.</summary>
/// <param name="python">The interpreter.</param>
/// <param name="code">The file with <c>process(message)</c>.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
internal sealed partial class PythonFunction(string python, string code, TimeProvider clock, ILogger log)
{
    private static readonly Backoff Restart = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    private volatile Uri? _address;

    /// <summary>Where it is; null while it is nowhere.</summary>
    public Uri? Address => _address;

    /// <summary>Keeps it running.</summary>
    /// <param name="end">Ends it.</param>
    public async Task RunAsync(CancellationToken end)
    {
        for (var failures = 1; !end.IsCancellationRequested; failures++)
        {
            var start = clock.GetTimestamp();
            string how;
            try
            {
                how = await RunOnceAsync(end).ConfigureAwait(false);
            }
            catch (Exception e) when (e is Win32Exception or IOException)
            {
                how = e.Message;
            }
            finally
            {
                _address = null;
            }

            if (!end.IsCancellationRequested)
            {
                failures = clock.GetElapsedTime(start) > Restart.Cap ? 1 : failures;
                LogDied(log, python, code, how, Restart.After(failures).TotalSeconds);
                await Task.Delay(Restart.After(failures), clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<string> RunOnceAsync(CancellationToken end)
    {
        // Its input stays open: when this program is gone, however that ends, the function ends too.
        var start = new ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "python", "serve.py"), code, "--until-input-ends"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var last = "";
        process.ErrorDataReceived += (_, e) =>
        {
            if (!string.IsNullOrWhiteSpace(e.Data))
            {
                last = e.Data;
                LogLine(log, e.Data);
            }
        };
        process.BeginErrorReadLine();
        try
        {
            if (await process.StandardOutput.ReadLineAsync(end).ConfigureAwait(false) is { } line && Uri.TryCreate(line, UriKind.Absolute, out var address))
            {
                LogStarted(log, code, line);
                _address = address;
            }

            while (await process.StandardOutput.ReadLineAsync(end).ConfigureAwait(false) is { } printed)
            {
                LogLine(log, printed);
            }

            await process.WaitForExitAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return $"exit code {process.ExitCode}{(last.Length == 0 ? "" : $": {last}")}";
    }

    [LoggerMessage(11, LogLevel.Information, "The function {Code} is at {Address}")]
    private static partial void LogStarted(ILogger log, string code, string address);

    [LoggerMessage(12, LogLevel.Error, "{Python} with {Code} ended: {How}. It is started again in {Seconds} s")]
    private static partial void LogDied(ILogger log, string python, string code, string how, double seconds);

    [LoggerMessage(13, LogLevel.Information, "python: {Line}")]
    private static partial void LogLine(ILogger log, string line);
}
