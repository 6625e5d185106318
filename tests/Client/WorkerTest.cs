using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Client;
using Muster.Client.Worker;

namespace Muster.Tests.Client;

/// <summary>A worker as a program has it, and the gateway that it speaks to.</summary>
public abstract class WorkerTest : IAsyncLifetime
{
    private ServiceProvider? _services;
    private IHostedService? _worker;

    protected WorkGateway Gateway { get; } = new();

    public Task InitializeAsync() => Gateway.StartAsync();

    public async Task DisposeAsync()
    {
        // Only what a test has not stopped itself; nothing is waited for any more.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await StopAsync(now.Token);
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await Gateway.DisposeAsync();
    }

    protected async Task StartAsync(Action<MusterWorkerBuilder> handle, Action<MusterWorkerOptions>? configure = null, TimeProvider? clock = null)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.ClearProviders());
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddMusterClient(o => o.BaseAddress = Gateway.Address);
        handle(services.AddMusterWorker(o =>
        {
            o.Executor = "worker-1";
            o.Slots = 4;
            o.LogInterval = TimeSpan.FromMilliseconds(20);
            o.StopFlushTime = TimeSpan.FromSeconds(20);
            configure?.Invoke(o);
        }));
        _services = services.BuildServiceProvider();
        _worker = _services.GetRequiredService<IHostedService>();
        await _worker.StartAsync(CancellationToken.None);
    }

    protected async Task StopAsync(CancellationToken hurry = default)
    {
        if (_worker is { } worker)
        {
            _worker = null;
            await worker.StopAsync(hurry);
        }
    }
}
