using System.Net;
using Akka.Actor;
using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Engine;

namespace Muster.Node;

/// <summary>Says over HTTP whether a node lives and is ready, to what watches over containers. It says nothing else, so everybody may ask.</summary>
internal static class NodeHealth
{
    /// <summary>Reads ADDRESS:PORT; null when it is none.</summary>
    public static IPEndPoint? Where(string? text) => IPEndPoint.TryParse(text ?? "", out var where) && where.Port != 0 ? where : null;

    /// <summary>A builder of a node that listens there.</summary>
    public static WebApplicationBuilder Builder(IPEndPoint where)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://{where}");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        return builder;
    }

    /// <summary>Adds <c>/health/live</c> and <c>/health/ready</c>.</summary>
    /// <param name="app">The node.</param>
    /// <param name="core">Whether it takes shards.</param>
    public static WebApplication Map(WebApplication app, bool core)
    {
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", (ActorSystem system) =>
            WhyNot(system, core) is { } why ? Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable) : Results.Text("ready"));
        return app;
    }

    /// <summary>The address under which this machine reaches what listens there.</summary>
    public static Uri Near(IPEndPoint where)
    {
        var host = where.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : where.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : where.Address;
        return new Uri($"http://{new IPEndPoint(host, where.Port)}");
    }

    private static string? WhyNot(ActorSystem system, bool core)
    {
        var status = Cluster.Get(system).SelfMember.Status;
        return status == MemberStatus.Removed ? "This node is not in a cluster."
            : status != MemberStatus.Up ? $"This node is {status.ToString().ToLowerInvariant()} in the cluster, not up."
            : core && !EngineContext.IsOpen(system) ? "The shards are not started yet."
            : null;
    }
}
