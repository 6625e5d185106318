using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Muster.Runtime.Exec;

namespace Muster.Runtime.Instances;

/// <summary>Looks at the health of an instance as its spec says, one look at a time.</summary>
/// <param name="spec">The instance.</param>
/// <param name="folder">Its folder.</param>
/// <param name="clock">The time.</param>
[SupportedOSPlatform("linux")]
internal sealed class HealthChecker(InstanceSpec spec, InstanceFolder folder, TimeProvider clock)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly Lock _sync = new();
    private long? _lookedAt;
    private bool _looking;

    /// <summary>Whether a look was ever content.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>How many looks in a row were not.</summary>
    public int Failed { get; private set; }

    /// <summary>What the last of these found.</summary>
    public string? Problem { get; private set; }

    /// <summary>Looks, when it is time.</summary>
    public void Look()
    {
        lock (_sync)
        {
            // Until it is content for the first time there is no reason to wait long.
            var every = Succeeded || spec.Health.Every < TimeSpan.FromSeconds(1) ? spec.Health.Every : TimeSpan.FromSeconds(1);
            if (_looking || (_lookedAt is { } at && clock.GetElapsedTime(at) < every))
            {
                return;
            }

            _looking = true;
        }

        _ = LookAsync();
    }

    private async Task LookAsync()
    {
        string? problem;
        using var limit = new CancellationTokenSource(spec.Health.Within, clock);
        try
        {
            problem = spec.Health.Http is { } http ? await HttpAsync(http, limit.Token).ConfigureAwait(false)
                : spec.Health.Address() is { } address ? await TcpAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false)
                : await CommandAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"no answer within {spec.Health.Within.TotalSeconds} s");
        }
        catch (Exception e)
        {
            problem = e.Message;
        }

        lock (_sync)
        {
            _looking = false;
            _lookedAt = clock.GetTimestamp();
            Problem = problem;
            Succeeded |= problem is null;
            Failed = problem is null ? 0 : Failed + 1;
        }
    }

    private static async Task<string?> HttpAsync(Uri address, CancellationToken cancelled)
    {
        using var answer = await Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancelled).ConfigureAwait(false);
        return (int)answer.StatusCode < 400 ? null : $"{address} answers {(int)answer.StatusCode}";
    }

    private static async Task<string?> TcpAsync(string host, int port, CancellationToken cancelled)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host, port, cancelled).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> CommandAsync(CancellationToken cancelled)
    {
        var environment = InstanceLauncher.EnvironmentOf(folder, spec with { Secrets = spec.Secrets.Clear() });
        if (CommandPath.Find(spec.Health.Command[0], environment["PATH"], out var file) is { } missing)
        {
            return missing;
        }

        var start = new ProcessStartInfo(file, spec.Health.Command.Skip(1)) { UseShellExecute = false, WorkingDirectory = folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            // What it prints is not kept, but it must not wait for somebody to read it.
            await Task.WhenAll(
                process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancelled),
                process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancelled),
                process.WaitForExitAsync(cancelled)).ConfigureAwait(false);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return process.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"the command ended with exit code {process.ExitCode}");
    }
}
