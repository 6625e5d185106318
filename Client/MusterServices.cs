using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Muster.Client.Worker;

namespace Muster.Client;

/// <summary>Adds the client and workers to the services of a program.</summary>
public static class MusterServices
{
    /// <summary>The name of the HTTP client that is used.</summary>
    public const string HttpClientName = "Muster.Client";

    /// <summary>Adds <see cref="MusterClient"/>, one for the program.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says where the gateway is; the defaults when null. May be called more than once.</param>
    /// <returns>The HTTP client, to be configured further (<see cref="HttpClientName"/>).</returns>
    public static IHttpClientBuilder AddMusterClient(this IServiceCollection services, Action<MusterClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<MusterClientOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        var http = services.AddHttpClient(HttpClientName);
        if (services.Any(s => s.ServiceType == typeof(MusterClient)))
        {
            return http;
        }

        services.AddSingleton(provider => new MusterClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<IOptions<MusterClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));

        // The client lives as long as the program, so its connections are renewed by their handler and not by the factory. Polls and
        // heartbeats would fill any log; failures are exceptions or messages of the worker.
        return http
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    /// <summary>Adds a worker that runs with the host. It uses the <see cref="MusterClient"/> of the program, which is added when it is missing. A program may have several.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says what it takes; the defaults when null.</param>
    /// <returns>Takes the handlers.</returns>
    public static MusterWorkerBuilder AddMusterWorker(this IServiceCollection services, Action<MusterWorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMusterClient();
        var builder = new MusterWorkerBuilder(services);
        services.AddSingleton<IHostedService>(provider =>
        {
            var options = new MusterWorkerOptions();
            configure?.Invoke(options);
            return new MusterWorker(
                provider.GetRequiredService<MusterClient>(),
                options,
                builder.Build(provider),
                provider.GetRequiredService<ILoggerFactory>().CreateLogger<MusterWorker>());
        });
        return builder;
    }
}
