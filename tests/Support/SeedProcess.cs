using System.Diagnostics;
using System.Text;

namespace Muster.Tests.Support;

/// <summary>A seed as a real program, to be killed.</summary>
public sealed class SeedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private SeedProcess(Process process, string? url)
    {
        _process = process;
        Url = url;
        Api = new Api(new HttpClient { BaseAddress = url is null ? null : new Uri(url), Timeout = TimeSpan.FromSeconds(60 * Eventually.Slow) });
    }

    /// <summary>Where its gateway is.</summary>
    public string? Url { get; }

    /// <summary>Its gateway.</summary>
    public Api Api { get; }

    /// <summary>What it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the seed beside the tests with these arguments.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="url">Where its gateway will be; null when it is not asked.</param>
    /// <param name="arguments">The command line.</param>
    public static SeedProcess Start(string folder, string? url, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Cluster.Seed.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        var seed = new SeedProcess(process, url);
        process.OutputDataReceived += (_, e) => seed.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => seed.Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return seed;
    }

    /// <summary>Waits until it can serve.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(async () =>
        _process.HasExited
            ? throw new InvalidOperationException($"The seed ended with {_process.ExitCode}: {Output}")
            : (await Api.GetAsync("/health/ready").ConfigureAwait(false)).Status == System.Net.HttpStatusCode.OK);

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a signal, by its name.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for its end, and gives the exit code.</summary>
    public async Task<int> ExitAsync(double seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds * Eventually.Slow));
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The seed did not end within {seconds * Eventually.Slow} s. It printed: {Output}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Api.Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
