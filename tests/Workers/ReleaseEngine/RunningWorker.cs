using Muster.Tests.Workers.Broker;
using Muster.Workers.ReleaseEngine;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>A worker inside the test.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly KeptLog _log = new();
    private readonly Task _run;

    private RunningWorker(ReleaseWorker worker, BrokerSettings broker, WorkerSettings settings) =>
        _run = new ReleaseHost(worker, broker, settings, TimeProvider.System, _log).RunAsync(_stop.Token);

    /// <summary>What it logged.</summary>
    public IReadOnlyCollection<string> Lines => _log.Lines;

    /// <summary>Starts one.</summary>
    public static RunningWorker Start(ReleaseWorker worker, RabbitServer broker, WorkerSettings settings, TimeSpan? heartbeat = null) =>
        new(worker, new BrokerSettings { Server = "127.0.0.1", Port = broker.Port, User = "guest", Password = "guest", VirtualHost = "/", Heartbeat = heartbeat ?? TimeSpan.FromSeconds(60) }, settings);

    /// <summary>Waits until it has logged a line.</summary>
    public Task LoggedAsync(string part) => _log.HasAsync(part);

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
}
