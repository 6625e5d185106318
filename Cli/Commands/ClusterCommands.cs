using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>The members of the cluster, in pbm's verbs and forms.</summary>
internal static class ClusterCommands
{
    public static Command Create(Session session)
    {
        var other = Address();
        var lost = Address();
        var mine = new Option<string>("--address", "-a") { Description = "The member, by its address or HOST:PORT (default: the node that answers)", HelpName = "ADDRESS" };
        return Verbs.Group(
            "cluster", "The members of the cluster",
            new Verb(session, "show", "Show every member: address, roles, status, whether it is unreachable, version", "muster cluster show", ShowAsync),
            new Verb(session, "status", "Show the node that answers", "muster cluster status", StatusAsync),
            new Verb(session, "leader", "Show who leads the cluster, or one role", "muster cluster leader", LeaderAsync).Taking(Role),
            new Verb(session, "leave", "Let a member leave in order: it finishes or gives back its work and hands over its shards", "muster cluster leave -a 127.0.0.1:4053", c => ChangeAsync(c, "leave", c.Get(mine))).Taking(mine),
            new Verb(session, "down", "Take a member for lost: its shards and its work are given to others", "muster cluster down -a 127.0.0.1:4053", c => ChangeAsync(c, "down", c.Get(lost))).Taking(lost),
            new Verb(session, "down-unreachable", "Take every unreachable member for lost", "muster cluster down-unreachable", DownUnreachableAsync),
            new Verb(session, "join", "Let the node that answers join by another, while it is in no cluster", "muster cluster join -a akka.tcp://muster@127.0.0.1:4053", c => ChangeAsync(c, "join", c.Get(other))).Taking(other),
            new Verb(session, "tail", "Follow the changes of the cluster, beginning with what is so already; Ctrl+C ends it", "muster cluster tail", TailAsync));
    }

    private static readonly Option<string> Role = new("--role", "-r") { Description = "Who leads among those of this role", HelpName = "ROLE" };

    private static Option<string> Address() => new("--address", "-a") { Description = "The member, by its address or HOST:PORT", Required = true, HelpName = "ADDRESS" };

    /// <summary>A member on one line, as pbm has it.</summary>
    public static string Line(JsonNode member) =>
        $"{member.Text("address")} | [{string.Join(',', member.List("roles").Select(r => r.Text()))}] | {member.Text("status")} | {(member.Flag("reachable") ? "" : "unreachable")} | {member.Text("version")}";

    private static async Task<int> ShowAsync(Call call)
    {
        var cluster = await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(cluster);
            return ExitCode.Ok;
        }

        var members = cluster.List("members").ToList();
        members.ForEach(m => call.Screen.Line(Line(m)));
        call.Screen.Line($"Count: {members.Count} {(members.Count == 1 ? "node" : "nodes")}");
        return ExitCode.Ok;
    }

    private static async Task<int> StatusAsync(Call call)
    {
        var cluster = await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false);
        var self = cluster.List("members").FirstOrDefault(m => m.Flag("self")) ?? throw new CliException($"The node at {call.Session.Target.Name} is in no cluster now. It joins by its store; look at its log: muster log peek.");
        Print(call, self, Line(self));
        return ExitCode.Ok;
    }

    private static async Task<int> LeaderAsync(Call call)
    {
        var cluster = await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false);
        var role = call.Get(Role);
        var leader = role is null ? cluster.Text("leader") : (cluster as JsonObject)?["roleLeaders"].Text(role) ?? "";
        if (leader.Length == 0)
        {
            throw new CliException(role is null ? "Nobody leads the cluster now; a new leader is found when its members see each other." : $"Nobody leads the role '{role}': no member that is up has it.");
        }

        Print(call, new JsonObject { ["leader"] = leader }, leader);
        return ExitCode.Ok;
    }

    private static async Task<int> ChangeAsync(Call call, string action, string? address)
    {
        address ??= (await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false)).Text("self");
        return Told(call, await call.Gateway.PostAsync($"/v1/cluster/{action}", new JsonObject { ["address"] = address, ["confirm"] = address }, call.Cancel).ConfigureAwait(false));
    }

    private static async Task<int> DownUnreachableAsync(Call call) =>
        Told(call, await call.Gateway.PostAsync("/v1/cluster/down-unreachable", new JsonObject { ["confirm"] = "unreachable" }, call.Cancel).ConfigureAwait(false));

    private static int Told(Call call, JsonNode? done)
    {
        var members = done.List("addresses").Select(a => a.Text()).ToList();
        var word = done.Text("action") switch { "leave" => "leaves", "down" => "is taken for lost", _ => "is joined" };
        Print(call, done, members.Count == 0 ? "No member is unreachable." : string.Join('\n', members.Select(m => $"{m} {word}")));
        return ExitCode.Ok;
    }

    private static async Task<int> TailAsync(Call call)
    {
        await foreach (var change in call.Gateway.StreamAsync("/v1/cluster/events", call.Cancel).ConfigureAwait(false))
        {
            if (call.Screen.Json)
            {
                call.Screen.ObjectLine(change);
            }
            else
            {
                call.Screen.Line($"[{Words.Time(change.Time("at"))}] {change.Text("what")} {change.Text("address")} [{string.Join(',', change.List("roles").Select(r => r.Text()))}]");
                call.Screen.Flush();
            }
        }

        return ExitCode.Ok;
    }

    private static void Print(Call call, JsonNode? json, string text)
    {
        if (call.Screen.Json)
        {
            call.Screen.Object(json);
        }
        else
        {
            call.Screen.Text(text);
        }
    }
}
