using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Workers.ReleaseEngine;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>A worker inside the test.</summary>
internal sealed class RunningWorker : IAsyncDisposable, ILogger
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _run;

    private RunningWorker(ReleaseWorker worker, BrokerSettings broker, WorkerSettings settings) =>
        _run = new ReleaseHost(worker, broker, settings, TimeProvider.System, this).RunAsync(_stop.Token);

    /// <summary>What it logged.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Starts one.</summary>
    public static RunningWorker Start(ReleaseWorker worker, RabbitServer broker, WorkerSettings settings, TimeSpan? heartbeat = null) =>
        new(worker, new BrokerSettings { Server = "127.0.0.1", Port = broker.Port, User = "guest", Password = "guest", VirtualHost = "/", Heartbeat = heartbeat ?? TimeSpan.FromSeconds(60) }, settings);

    /// <summary>Waits until it has logged a line so often.</summary>
    public Task LoggedAsync(string part, int times = 1) =>
        Eventually.SeeAsync(() => Task.FromResult(string.Join('\n', _lines)), text => text.Split(part).Length > times);

    /// <summary>Tells it to stop, and waits for the end.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}");
}
