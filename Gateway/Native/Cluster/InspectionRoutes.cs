using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine.Inspection;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Inspection;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native.Cluster;

/// <summary>What goes on inside the nodes: how they do, their shards, actors, settings and levels of logging.</summary>
internal static class InspectionRoutes
{
    private const int DeepestTree = 32;

    private static readonly TimeSpan StandardLevel = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestLevel = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/cluster").WithTags("Cluster");
        group.MapGet("/nodes", NodesAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-nodes").WithSummary("How the nodes do: uptime, versions, memory, connections, singletons").Produces<ClusterNodeListWire>();
        group.MapGet("/shards", ShardsAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-shards").WithSummary("Which node has which shards, and how many entities are in memory").Produces<ShardListWire>().ProducesProblem(400);
        group.MapGet("/locate", LocateAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-locate").WithSummary("Where an entity lives").Produces<PlaceWire>().ProducesProblem(400);
        group.MapGet("/actors", ActorsAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-actors").WithSummary("The actors of a node, to a depth").Produces<ActorsWire>().ProducesProblem(404);
        group.MapGet("/settings", SettingsAsync).ForAllNamespaces(KeyRole.Reader).WithName("cluster-settings").WithSummary("The settings in force of a node; secrets are masked").Produces<SettingsWire>().ProducesProblem(404);
        group.MapPost("/log-level", LevelAsync).ForAllNamespaces(KeyRole.Operator).WithName("cluster-log-level").WithSummary("Log more, or less, for a while")
            .Accepts<LogLevelWire>("application/json").Produces<LevelListWire>().ProducesProblem(400);
    }

    private static async Task<IResult> NodesAsync(HttpContext http, ClusterServices services)
    {
        var answering = services.Cluster.Answering().ToHashSet(StringComparer.Ordinal);
        var answers = (await services.Nodes.AskAllAsync(answering, new NodeQuestion.Facts(), http.RequestAborted).ConfigureAwait(false)).ToDictionary(a => a.Node, a => a.Answer, StringComparer.Ordinal);
        return Results.Json(
            new ClusterNodeListWire([.. services.Cluster.View().Members.Select(m => answers.TryGetValue(m.Address, out var answer)
                ? ClusterNodeWire.Of(m.Address, answer)
                : new ClusterNodeWire { Address = m.Address, Problem = m.Reachable ? $"It is {m.Status}." : "It cannot be reached." })]),
            NativeJson.Default.ClusterNodeListWire);
    }

    private static async Task<IResult> ShardsAsync(HttpContext http, ClusterServices services)
    {
        var types = http.Request.Query["type"].FirstOrDefault() is { Length: > 0 } one ? [Type(one)] : ShardDesk.Types;
        try
        {
            var items = await Task.WhenAll(types.Select(async t => new ShardTypeWire(
                t, [.. (await services.Shards.OfAsync(t, http.RequestAborted).ConfigureAwait(false)).Select(r => new RegionWire(r.Node, r.Shards.Values.Sum(), r.Shards, r.Failed))]))).ConfigureAwait(false);
            return Results.Json(new ShardListWire(items), NativeJson.Default.ShardListWire);
        }
        catch (TimeoutException e)
        {
            return Problems.Of(503, e.Message);
        }
    }

    private static async Task<IResult> LocateAsync(HttpContext http, ClusterServices services)
    {
        var type = Type(http.Request.Query["type"].FirstOrDefault() ?? "process");
        var id = Checks.Id(http.Request.Query["id"].FirstOrDefault(), "id");
        var entity = $"{Caller.Namespace(http)}/{id}";
        try
        {
            var place = await services.Shards.LocateAsync(type, entity, http.RequestAborted).ConfigureAwait(false);
            return Results.Json(new PlaceWire(type, entity, place.Shard, place.Node, place.InMemory), NativeJson.Default.PlaceWire);
        }
        catch (TimeoutException e)
        {
            return Problems.Of(503, e.Message);
        }
    }

    private static async Task<IResult> ActorsAsync(HttpContext http, ClusterServices services)
    {
        var node = Node(http, services);
        var path = http.Request.Query["path"].FirstOrDefault() is { Length: > 0 } given ? Checks.Short(given, 1024, "path")! : "/";
        var depth = Checks.InRange(Filters.Number(http.Request.Query["depth"].FirstOrDefault(), "depth") ?? 4, 0, DeepestTree, "depth");
        return await AskAsync(http, services, node, new NodeQuestion.Actors { Path = path, Depth = (int)depth }, answer => answer is NodeAnswer.Actors a
            ? Results.Json(new ActorsWire(node, a.Paths, a.Cut), NativeJson.Default.ActorsWire)
            : null).ConfigureAwait(false);
    }

    private static async Task<IResult> SettingsAsync(HttpContext http, ClusterServices services)
    {
        var node = Node(http, services);
        var path = Checks.Short(http.Request.Query["path"].FirstOrDefault() ?? "", 256, "path")!;
        return await AskAsync(http, services, node, new NodeQuestion.Settings { Path = path }, answer => answer is NodeAnswer.Settings s
            ? Results.Json(new SettingsWire(node, s.Values), NativeJson.Default.SettingsWire)
            : null).ConfigureAwait(false);
    }

    private static async Task<IResult> LevelAsync(HttpContext http, ClusterServices services)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.LogLevelWire).ConfigureAwait(false);
        if (!Enum.TryParse<Microsoft.Extensions.Logging.LogLevel>(wire.Level, ignoreCase: true, out var level) || !char.IsAsciiLetter(wire.Level![0]))
        {
            throw new BadRequestException(400, "'level' is trace, debug, information, warning, error, critical or none.", "level");
        }

        var span = wire.For ?? StandardLevel;
        if (span <= TimeSpan.Zero || span > LongestLevel)
        {
            throw new BadRequestException(400, "'for' is longer than 0 and at most a day.", "for");
        }

        var question = new NodeQuestion.Level { Logger = Checks.Short(wire.Logger, 256, "logger") ?? "", Minimum = level.ToString(), For = span };
        var answers = await services.Nodes.AskAllAsync(services.Members(wire.Node), question, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(
            new LevelListWire([.. answers.Select(a => new LevelOfNodeWire(a.Node, (a.Answer as NodeAnswer.Level)?.Change, (a.Answer as NodeAnswer.Refused)?.Why))]),
            NativeJson.Default.LevelListWire);
    }

    private static string Node(HttpContext http, ClusterServices services) =>
        http.Request.Query["node"].FirstOrDefault() is { Length: > 0 } named ? services.Member(named, "node") : services.Cluster.Self;

    private static string Type(string text) =>
        ShardDesk.Types.Contains(text) ? text : throw new BadRequestException(400, $"There are no shards of '{text}'. Known are: {string.Join(", ", ShardDesk.Types)}.", "type");

    private static async Task<IResult> AskAsync(HttpContext http, ClusterServices services, string node, NodeQuestion question, Func<NodeAnswer, IResult?> show)
    {
        var answer = await services.Nodes.AskAsync(node, question, http.RequestAborted).ConfigureAwait(false);
        return show(answer) ?? Problems.Of(answer is NodeAnswer.Refused ? 404 : 500, answer is NodeAnswer.Refused refused ? refused.Why : $"The node {node} answered something else.");
    }
}
