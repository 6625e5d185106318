using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Client;
using Muster.Client.Worker;

namespace Muster.Tests.Cluster.Client;

/// <summary>A program with the client and a worker, as a user of the library writes it.</summary>
public sealed class WorkerHost : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerHost(IHost host, string executor)
    {
        _host = host;
        Executor = executor;
    }

    /// <summary>The client of the program.</summary>
    public MusterClient Client => _host.Services.GetRequiredService<MusterClient>();

    /// <summary>The id of its worker.</summary>
    public string Executor { get; }

    /// <summary>Starts one.</summary>
    public static async Task<WorkerHost> StartAsync(Uri gateway, Action<MusterWorkerBuilder> handlers, Action<MusterWorkerOptions> configure, Action<MusterClientOptions>? client = null)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMusterClient(options =>
        {
            options.BaseAddress = gateway;
            client?.Invoke(options);
        });
        var executor = $"worker-{Guid.NewGuid():N}";
        handlers(builder.Services.AddMusterWorker(options =>
        {
            options.Executor = executor;
            configure(options);
        }));
        var host = builder.Build();
        await host.StartAsync();
        return new WorkerHost(host, executor);
    }

    /// <summary>Stops the program as Ctrl+C does.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
