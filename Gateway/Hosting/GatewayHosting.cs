using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Muster.Engine;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Inspection;
using Muster.Gateway.Colonies.Hosting;
using Muster.Engine.Feeds;
using Muster.Gateway.Native;
using Muster.Gateway.Native.Cluster;
using Muster.Gateway.Security;
using Muster.Gateway.Telemetry;
using Muster.Gateway.Webhooks;
using Muster.Persistence;
using Muster.Persistence.Keys;
using OpenTelemetry.Metrics;
using Scalar.AspNetCore;

namespace Muster.Gateway.Hosting;

/// <summary>Puts the gateway into a web program.</summary>
public static class GatewayHosting
{
    /// <summary>Adds what the routes need. The store, the engine and the actor system must be there too.</summary>
    public static WebApplicationBuilder AddMusterGateway(this WebApplicationBuilder builder, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = options.MaxBody;
            kestrel.AddServerHeader = false;
        });
        services.AddSingleton(options);
        services.AddSingleton<DrainState>();
        services.AddSingleton<ReadyCheck>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<MusterMetrics>();
        services.AddSingleton(p => p.GetRequiredService<EngineContext>().Feed);
        services.AddSingleton(p => new SecretStore(p.GetRequiredService<IStore>().Records, p.GetRequiredService<EngineContext>().Secrets));
        services.AddSingleton(p => new NativeServices(
            p.GetRequiredService<ActorSystem>(), p.GetRequiredService<IStore>(), new ProcessGate(p.GetRequiredService<ActorSystem>()), p.GetRequiredService<DrainState>(), p.GetRequiredService<IProcessFeed>()));
        services.AddSingleton(p =>
        {
            var system = p.GetRequiredService<ActorSystem>();
            return new ClusterServices(new ClusterDesk(system), new NodeDesk(system), new ShardDesk(system, p.GetRequiredService<EngineContext>().Options.Shards));
        });
        services.AddHostedService<WebhookSender>();
        services.AddColonies(options.Colonies);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, NativeJson.Default));
        services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Muster";
            document.Info.Description = "Submit processes, run them, and look at them.";
            document.Info.Version = "v1";
            return Task.CompletedTask;
        }));
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(MusterMetrics.MeterName, ColoniesMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0));
        return builder;
    }

    /// <summary>Maps the routes.</summary>
    public static WebApplication MapMusterGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<Errors>();
        // A connection whose other side is silently gone is noticed.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseColoniesPort(app.Services.GetRequiredService<GatewayOptions>().Colonies);
        app.UseMiddleware<KeyGuard>();
        app.UseMiddleware<BrowserGuard>();
        app.UseColoniesOrigins();
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<DrainState>().Begin);
        ProcessRoutes.Map(app);
        BulkRoutes.Map(app);
        LogRoutes.Map(app);
        FileRoutes.Map(app);
        AssignRoutes.Map(app);
        AttemptRoutes.Map(app);
        WorkflowRoutes.Map(app);
        ExecutorRoutes.Map(app);
        QueueRoutes.Map(app);
        ScheduleRoutes.Map(app);
        GeneratorRoutes.Map(app);
        DeploymentRoutes.Map(app);
        SecretRoutes.Map(app);
        EventRoutes.Map(app);
        KeyRoutes.Map(app);
        MemberRoutes.Map(app);
        InspectionRoutes.Map(app);
        NodeLogRoutes.Map(app);
        WorkRoutes.Map(app);
        app.MapColonies();
        MapForMachines(app);
        app.MapOpenApi().ForEverybody();
        app.MapScalarApiReference().ForEverybody();
        return app;
    }

    private static void MapForMachines(WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).ForEverybody().ExcludeFromDescription();
        app.MapGet("/health/ready", async (ReadyCheck check, CancellationToken cancel) =>
            await check.WhyNotAsync(cancel).ConfigureAwait(false) is { } why ? Problems.Of(503, why) : Results.Text("ready")).ForEverybody().ExcludeFromDescription();
        app.UseWhen(http => http.Request.Path == "/metrics", branch => branch.Use(async (http, next) =>
        {
            await http.RequestServices.GetRequiredService<MusterMetrics>().RefreshAsync(http.RequestAborted).ConfigureAwait(false);
            await http.RequestServices.GetRequiredService<ColoniesMetrics>().RefreshAsync(http.RequestAborted).ConfigureAwait(false);
            await next(http).ConfigureAwait(false);
        }));
        app.MapPrometheusScrapingEndpoint("/metrics").ForAllNamespaces(KeyRole.Reader);
    }
}
