using System.Text.Json;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine.Inspection;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native.Cluster;

/// <summary>The members of the cluster: who they are, how they change, and how one changes them.</summary>
internal static class MemberRoutes
{
    private const string Unreachable = "unreachable";

    private static readonly TimeSpan LookAtConnection = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/cluster").WithTags("Cluster");
        group.MapGet("", (ClusterServices services) => Results.Json(ClusterWire.Of(services.Cluster.View()), NativeJson.Default.ClusterWire))
            .ForAllNamespaces(KeyRole.Reader).WithName("cluster").WithSummary("The members, and who leads").Produces<ClusterWire>();
        group.MapGet("/events", EventsAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-events").WithSummary("Changes of the cluster, beginning with what is so already").Produces<ClusterEventWire>(200, "text/event-stream");
        Command(group, "leave", LeaveAsync, "Let a member leave in order");
        Command(group, "down", DownAsync, "Take a member for lost");
        Command(group, "down-unreachable", DownUnreachableAsync, "Take every unreachable member for lost");
        Command(group, "join", JoinAsync, "Let the node that answers join by another, while it is in no cluster").ProducesProblem(409);
    }

    private static RouteHandlerBuilder Command(RouteGroupBuilder group, string name, Func<HttpContext, ClusterServices, Task<IResult>> handler, string summary) =>
        group.MapPost($"/{name}", handler).ForAllNamespaces(KeyRole.Operator).WithName($"cluster-{name}").WithSummary(summary)
            .Accepts<ClusterCommandWire>("application/json").Produces<ClusterDoneWire>(202).ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> LeaveAsync(HttpContext http, ClusterServices services)
    {
        var member = services.Member((await ConfirmedAsync(http).ConfigureAwait(false)).Address, "address");
        services.Cluster.Leave(member);
        return Done("leave", [member]);
    }

    private static async Task<IResult> DownAsync(HttpContext http, ClusterServices services)
    {
        var member = services.Member((await ConfirmedAsync(http).ConfigureAwait(false)).Address, "address");
        services.Cluster.Down(member);
        return Done("down", [member]);
    }

    private static async Task<IResult> DownUnreachableAsync(HttpContext http, ClusterServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.ClusterCommandWire).ConfigureAwait(false);
        Confirm(wire, Unreachable);
        var lost = services.Cluster.View().Members.Where(m => !m.Reachable).Select(m => m.Address).ToList();
        lost.ForEach(services.Cluster.Down);
        return Done("down", lost);
    }

    private static async Task<IResult> JoinAsync(HttpContext http, ClusterServices services)
    {
        var text = (await ConfirmedAsync(http).ConfigureAwait(false)).Address!;
        if (!ActorPath.TryParseAddress(text, out var address) || address.Port is null)
        {
            throw new BadRequestException(400, $"'{text}' is no address like akka.tcp://muster@127.0.0.1:4053.", "address");
        }

        return services.Cluster.Join(address)
            ? Done("join", [text])
            : throw new BadRequestException(409, "This node is in its cluster already. A node finds its cluster by its store or by --seed when it starts: stop it and start it there.");
    }

    // What cannot be taken back is said twice.
    internal static async Task<ClusterCommandWire> ConfirmedAsync(HttpContext http)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.ClusterCommandWire).ConfigureAwait(false);
        if (string.IsNullOrEmpty(wire.Address))
        {
            throw new BadRequestException(400, "'address' is missing: the address of a member, or HOST:PORT.", "address");
        }

        Confirm(wire, wire.Address);
        return wire;
    }

    private static void Confirm(ClusterCommandWire wire, string what)
    {
        if (wire.Confirm != what)
        {
            throw new BadRequestException(400, $"This changes the cluster: say it again with \"confirm\": \"{what}\".", "confirm");
        }
    }

    private static IResult Done(string action, IReadOnlyList<string> members) => Results.Json(new ClusterDoneWire(action, members), NativeJson.Default.ClusterDoneWire, statusCode: 202);

    private static async Task EventsAsync(HttpContext http, NativeServices services)
    {
        var stream = new EventStream(http);
        await stream.StartAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
        using var follower = new ClusterFollower(services.System, TimeProvider.System);
        try
        {
            while (true)
            {
                var more = follower.Changes.WaitToReadAsync(stop.Token).AsTask();
                while (!more.IsCompleted)
                {
                    await ((Task)more).WaitAsync(LookAtConnection, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    await stream.KeepAliveAsync(stop.Token).ConfigureAwait(false);
                }

                if (!await more.ConfigureAwait(false))
                {
                    return;
                }

                while (follower.Changes.TryRead(out var change))
                {
                    var wire = new ClusterEventWire(change.At, change.What, change.Address, change.Roles);
                    await stream.SendAsync("cluster", null, JsonSerializer.Serialize(wire, NativeJson.Default.ClusterEventWire), stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The reader or the gateway has gone.
        }
    }
}
