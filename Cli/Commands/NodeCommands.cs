using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>How the nodes do.</summary>
internal static class NodeCommands
{
    private static readonly Option<string> Path = new("--path", "-p") { Description = "Those of the actor system under this path, like akka.cluster (default: those of the program)", HelpName = "PATH" };

    private static readonly Option<string> Node = Address();

    private static readonly Option<string> Again = Address();

    private static readonly Option<string> Deadline = new("--deadline") { Description = "How long running attempts may go on, like 30s or 1h; at most a day", DefaultValueFactory = _ => "10m", HelpName = "SPAN" };

    private static readonly Option<bool> WaitFor = new("--wait", "-w") { Description = "Wait until nothing runs there any more" };

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private static Option<string> Address() => new("--address", "-a") { Description = "The node, by its address or HOST:PORT", Required = true, HelpName = "ADDRESS" };

    public static IEnumerable<Command> Create(Session session)
    {
        yield return Verbs.Group(
            "nodes", "The nodes: how they do",
            new Verb(session, "list", "Show every node: uptime, version, memory, threads, singletons, whether it takes work", "muster nodes list", ListAsync).Or("ls"),
            new Verb(session, "drain", "Let a node take no more work; what runs may finish until the deadline, then it is given back", "muster nodes drain -a 127.0.0.1:4053 --deadline 5m --wait", DrainAsync).Taking(Node, Deadline, WaitFor),
            new Verb(session, "undrain", "Let a node take work again", "muster nodes undrain -a 127.0.0.1:4053", UndrainAsync).Taking(Again),
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
            ["node", "uptime", "version", "memory", "heap", "threads", "machine", "process", "singletons", "work", "problem"],
            nodes.List().Select(n => (string[])[
                n.Text("address"), Uptime(n), Version(n, "muster"), Megabytes(n, "workingSet"), Megabytes(n, "heap"), n.Text("threads"), n.Text("machine"), n.Text("processId"),
                n.Fields("versions").Any() ? n.List("singletons").Count().ToString(System.Globalization.CultureInfo.InvariantCulture) : "", n.Text("work"), n.Text("problem")]),
            "The cluster has no nodes.");
        return ExitCode.Ok;
    }

    private static async Task<int> DrainAsync(Call call)
    {
        var address = call.Get(Node)!;
        var body = new JsonObject { ["address"] = address, ["confirm"] = address, ["deadline"] = call.Get(Deadline) };
        var told = await call.Gateway.PostAsync("/v1/cluster/drain", body, call.Cancel).ConfigureAwait(false);
        while (call.Get(WaitFor) && told.Text("work") == "draining")
        {
            await Task.Delay(LookEvery, TimeProvider.System, call.Cancel).ConfigureAwait(false);
            var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
            var node = nodes.List().FirstOrDefault(n => n.Text("address") == told.Text("node")) ?? throw new CliException($"{told.Text("node")} has left the cluster.");
            told = new JsonObject { ["node"] = node.Text("address"), ["work"] = node.Text("work") };
        }

        return Told(call, told);
    }

    private static async Task<int> UndrainAsync(Call call)
    {
        var address = call.Get(Again)!;
        return Told(call, await call.Gateway.PostAsync("/v1/cluster/undrain", new JsonObject { ["address"] = address, ["confirm"] = address }, call.Cancel).ConfigureAwait(false));
    }

    private static int Told(Call call, JsonNode? told)
    {
        if (call.Screen.Json)
        {
            call.Screen.Object(told);
        }
        else
        {
            call.Screen.Line($"{told.Text("node")} {told.Text("work")}");
        }

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
