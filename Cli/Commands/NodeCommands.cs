using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>How the nodes do.</summary>
internal static class NodeCommands
{
    private static readonly Option<string> Path = new("--path", "-p") { Description = "Those of the actor system under this path, like akka.cluster (default: those of the program)", HelpName = "PATH" };

    public static IEnumerable<Command> Create(Session session)
    {
        yield return Verbs.Group(
            "nodes", "The nodes: how they do",
            new Verb(session, "list", "Show every node: uptime, version, memory, threads, singletons", "muster nodes list", ListAsync).Or("ls"),
            new Verb(session, "singletons", "Show the cluster singletons and where they live", "muster nodes singletons", SingletonsAsync));
        yield return new Verb(session, "uptime", "Show how long the nodes have run", "muster uptime", UptimeAsync);
        yield return new Verb(session, "version", "Show the version of this tool and of the nodes", "muster version", VersionAsync);
        yield return new Verb(session, "config", "Show the settings in force of a node; secrets are masked", "muster config -p akka.cluster", ConfigAsync).Taking(Path, ActorCommands.Node);
    }

    private static async Task<int> ListAsync(Call call)
    {
        var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(nodes);
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["node", "uptime", "version", "memory", "heap", "threads", "machine", "process", "singletons", "problem"],
            nodes.List().Select(n => (string[])[
                n.Text("address"), Uptime(n), Version(n, "muster"), Megabytes(n, "workingSet"), Megabytes(n, "heap"), n.Text("threads"), n.Text("machine"), n.Text("processId"),
                n.Fields("versions").Any() ? n.List("singletons").Count().ToString(System.Globalization.CultureInfo.InvariantCulture) : "", n.Text("problem")]),
            "The cluster has no nodes.");
        return ExitCode.Ok;
    }

    private static async Task<int> SingletonsAsync(Call call)
    {
        var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(nodes);
            return ExitCode.Ok;
        }

        call.Screen.Table(["singleton", "node"], nodes.List().SelectMany(n => n.List("singletons").Select(s => (string[])[s.Text(), n.Text("address")])).OrderBy(r => r[0], StringComparer.Ordinal), "There is no singleton.");
        return ExitCode.Ok;
    }

    private static async Task<int> UptimeAsync(Call call)
    {
        var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(nodes);
            return ExitCode.Ok;
        }

        call.Screen.Table(["node", "uptime", "since"], nodes.List().Select(n => (string[])[n.Text("address"), Uptime(n) is { Length: > 0 } up ? up : n.Text("problem"), Words.Time(n.Time("startedAt"))]), "The cluster has no nodes.");
        return ExitCode.Ok;
    }

    private static async Task<int> VersionAsync(Call call)
    {
        var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(new JsonObject { ["tool"] = ToolVersion.Text, ["nodes"] = new JsonArray([.. nodes.List().Select(n => (JsonNode)new JsonObject { ["address"] = n.Text("address"), ["versions"] = (n as JsonObject)?["versions"]?.DeepClone() })]) });
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["what", "muster", "akka", "dotnet", "system"],
            [["this tool", ToolVersion.Text, "", Environment.Version.ToString(), ""], .. nodes.List().Select(n => (string[])[n.Text("address"), Version(n, "muster"), Version(n, "akka"), Version(n, "dotnet"), Version(n, "system")])],
            "");
        return ExitCode.Ok;
    }

    private static async Task<int> ConfigAsync(Call call)
    {
        var settings = await call.Gateway.GetAsync(new Query().With("path", call.Get(Path)).With("node", call.Get(ActorCommands.Node)).On("/v1/cluster/settings"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(settings);
        }
        else
        {
            call.Screen.Pairs(settings.Fields("values").Select(v => (v.Key, v.Value.Text())));
        }

        return ExitCode.Ok;
    }

    private static string Uptime(JsonNode node) => node.Text("uptime").Length == 0 ? "" : Words.Span(TimeSpan.FromSeconds(node.Number("uptime")));

    private static string Version(JsonNode node, string what) => node.Fields("versions").FirstOrDefault(v => v.Key == what).Value.Text();

    private static string Megabytes(JsonNode node, string field) => node.Text(field).Length == 0 ? "" : Words.Size(node.Number(field));
}
