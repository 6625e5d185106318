using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Engine;
using Muster.Engine.Feeds;
using Muster.Gateway.Colonies.Crypto;
using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Subscriptions;
using Muster.Gateway.Security;
using Muster.Persistence;
using Muster.Signatures;

namespace Muster.Gateway.Colonies.Hosting;

/// <summary>Puts the Colonies dialect into a gateway.</summary>
internal static class ColoniesHosting
{
    /// <summary>Adds what it works with.</summary>
    public static IServiceCollection AddColonies(this IServiceCollection services, ColoniesOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => SignatureLibrary.Choose());
        services.AddSingleton(p => p.GetRequiredService<SignatureLibrary>().Signatures);
        services.AddSingleton<ColonyDirectory>();
        services.AddSingleton<ServerOwner>();
        services.AddSingleton<FunctionCounters>();
        services.AddSingleton(p => new Liveness(new Lazy<ColoniesServices>(p.GetRequiredService<ColoniesServices>), p.GetRequiredService<Microsoft.Extensions.Logging.ILogger<Liveness>>()));
        services.AddSingleton(p => new ColoniesServices(
            p.GetRequiredService<ActorSystem>(), p.GetRequiredService<IStore>(), new ProcessGate(p.GetRequiredService<ActorSystem>()), p.GetRequiredService<DrainState>(), options,
            p.GetRequiredService<ISignatures>(), p.GetRequiredService<ColonyDirectory>(), p.GetRequiredService<ServerOwner>(), p.GetRequiredService<FunctionCounters>(),
            p.GetRequiredService<Liveness>(), p.GetRequiredService<IProcessFeed>(), new ReplayCache(p.GetRequiredService<IStore>().Clock, capacity: options.RefuseReplays ? ReplayCache.DefaultCapacity : 0)));
        services.AddSingleton<ColoniesMetrics>();
        services.AddSingleton<OldClients>();
        services.AddSingleton<ColoniesEndpoint>();
        services.AddHostedService<ColoniesStart>();
        services.AddHostedService(p => p.GetRequiredService<FunctionCounters>());
        services.AddHostedService(p => p.GetRequiredService<Liveness>());
        return services;
    }

    /// <summary>Maps its routes. Whoever calls them shows who he is by a signature of his own.</summary>
    public static void MapColonies(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api", (HttpContext http, ColoniesEndpoint endpoint) => endpoint.ServeAsync(http)).WithOwnIdentity().ExcludeFromDescription();
        routes.MapMethods("/api", ["OPTIONS"], Preflight).WithOwnIdentity().ExcludeFromDescription();
        routes.MapGet("/pubsub", (HttpContext http, ColoniesServices services, ColoniesEndpoint endpoint) => new SubscriptionSocket(services, endpoint).ServeAsync(http))
            .WithOwnIdentity().ExcludeFromDescription();
        routes.MapGet("/health", () => Results.Ok()).WithOwnIdentity().ExcludeFromDescription();
    }

    /// <summary>Lets pages of other sites call the dialect: they can do nothing there without a key of their own.</summary>
    public static void UseColoniesOrigins(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Headers.Origin.Count > 0 && http.GetEndpoint()?.Metadata.GetMetadata<Access>() is { HasOwnIdentity: true })
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
        }

        return next(http);
    });

    /// <summary>On the port of its own nothing but the dialect answers.</summary>
    public static void UseColoniesPort(this IApplicationBuilder app, ColoniesOptions options)
    {
        if (options.Port is { } port)
        {
            app.UseWhen(
                http => http.Connection.LocalPort == port && http.GetEndpoint()?.Metadata.GetMetadata<Access>() is not { HasOwnIdentity: true },
                elsewhere => elsewhere.Run(http =>
                {
                    http.Response.StatusCode = StatusCodes.Status404NotFound;
                    http.Response.ContentType = "text/plain";
                    return http.Response.WriteAsync("404 page not found");
                }));
        }
    }

    private static Task Preflight(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";
        headers.AccessControlAllowHeaders = "Origin,Content-Length,Content-Type";
        headers.AccessControlMaxAge = "43200";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
