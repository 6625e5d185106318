using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine.Inspection;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages.Inspection;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native.Cluster;

/// <summary>What the nodes have logged last, also as a stream.</summary>
internal static class NodeLogRoutes
{
    private const int StandardLines = 100;

    /// <summary>How often nodes are asked for new lines while somebody reads; nobody who reads sees a difference to sooner.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cluster/logs", LogsAsync).WithTags("Cluster").ForAllNamespaces(KeyRole.Reader).WithName("cluster-logs")
        .WithSummary("The recent log lines of the nodes; ?follow=true goes on as server-sent events").Produces<NodeLogListWire>().ProducesProblem(404);

    private static async Task LogsAsync(HttpContext http, NativeServices native, ClusterServices services)
    {
        var lines = (int)Checks.InRange(Filters.Number(http.Request.Query["lines"].FirstOrDefault(), "lines") ?? StandardLines, 0, LogTail.Kept, "lines");
        var named = http.Request.Query["node"].FirstOrDefault();
        var members = services.Members(named);
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        var recent = await ReadAsync(services, members, seen, lines, http.RequestAborted).ConfigureAwait(false);
        if (http.Request.Query["follow"].FirstOrDefault() is not ("" or "true"))
        {
            await Results.Json(new NodeLogListWire(recent), NativeJson.Default.NodeLogListWire).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        var stream = new EventStream(http);
        await stream.StartAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, native.Drain.Stopping);
        using var timer = new PeriodicTimer(AskEvery);
        try
        {
            do
            {
                foreach (var line in recent)
                {
                    await stream.SendAsync("log", null, JsonSerializer.Serialize(line, NativeJson.Default.NodeLogWire), stop.Token).ConfigureAwait(false);
                }

                await stream.KeepAliveAsync(stop.Token).ConfigureAwait(false);
                await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false);
                recent = await ReadAsync(services, services.Members(named), seen, LogTail.Kept, stop.Token).ConfigureAwait(false);
            }
            while (true);
        }
        catch (Exception e) when (e is OperationCanceledException or BadRequestException)
        {
            // The reader, the gateway or the node has gone.
        }
    }

    private static async Task<IReadOnlyList<NodeLogWire>> ReadAsync(ClusterServices services, IReadOnlyList<string> members, Dictionary<string, long> seen, int max, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(members.Select(async m =>
            (Node: m, Answer: await services.Nodes.AskAsync(m, new NodeQuestion.Logs { After = seen.GetValueOrDefault(m), Max = max }, cancel).ConfigureAwait(false)))).ConfigureAwait(false);
        var lines = new List<NodeLogWire>();
        foreach (var (node, answer) in answers)
        {
            if (answer is NodeAnswer.Logs logs)
            {
                seen[node] = logs.Last;
                lines.AddRange(logs.Lines.Select(l => new NodeLogWire(node, l.At, l.Level, l.Logger, l.Event, l.Text)));
            }
        }

        return [.. lines.OrderBy(l => l.At).TakeLast(max)];
    }
}
