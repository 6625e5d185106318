using System.CommandLine;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>The shards of the cluster.</summary>
internal static class ShardingCommands
{
    private static readonly Option<string> Type = new("--type", "-t") { Description = "Only this type: channel, executor, generator, process, queue, schedule or workflow", HelpName = "TYPE" };

    private static readonly Argument<string> Id = new("ID") { Description = "The id of the process, or of what --type says" };

    public static Command Create(Session session)
    {
        var group = Verbs.Group(
            "cluster-sharding", "Which node has which shards, and where something lives",
            new Verb(session, "regions", "Show how many shards and entities of each type every node has", "muster cluster-sharding regions", RegionsAsync).Taking(Type),
            new Verb(session, "stats", "Show every shard, where it is, and how many entities it has in memory", "muster cluster-sharding stats -t process", StatsAsync).Taking(Type),
            new Verb(session, "locate", "Show the shard and the node of a process, or of something else", "muster cluster-sharding locate hello", LocateAsync).Taking(Id, Type));
        group.Aliases.Add("sharding");
        return group;
    }

    private static async Task<int> RegionsAsync(Call call)
    {
        var shards = await call.Gateway.GetAsync(new Query().With("type", call.Get(Type)).On("/v1/cluster/shards"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(shards);
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["type", "node", "shards", "entities"],
            shards.List().SelectMany(t => t.List("regions").Select(r => (string[])[t.Text("type"), r.Text("node"), r.Fields("shards").Count().ToString(System.Globalization.CultureInfo.InvariantCulture), r.Text("entities")])),
            "No node has shards.");
        return ExitCode.Ok;
    }

    private static async Task<int> StatsAsync(Call call)
    {
        var shards = await call.Gateway.GetAsync(new Query().With("type", call.Get(Type)).On("/v1/cluster/shards"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(shards);
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["type", "shard", "node", "entities"],
            shards.List().SelectMany(t => t.List("regions").SelectMany(r => r.Fields("shards").Select(s => (string[])[t.Text("type"), s.Key, r.Text("node"), s.Value.Text()]))
                .OrderBy(row => row[1].Length).ThenBy(row => row[1], StringComparer.Ordinal)),
            "No shard is in use.");
        return ExitCode.Ok;
    }

    private static async Task<int> LocateAsync(Call call)
    {
        var place = await call.Gateway.GetAsync(call.Query().With("id", call.Get(Id)).With("type", call.Get(Type)).On("/v1/cluster/locate"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(place);
            return ExitCode.Ok;
        }

        var node = place.Text("node");
        call.Screen.Line($"{place.Text("type")} {place.Text("entity")} | shard {place.Text("shard")} | {(node.Length > 0 ? node : "no node")} | {(place.Flag("inMemory") ? "in memory" : "in the store only")}");
        return ExitCode.Ok;
    }
}
