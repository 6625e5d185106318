using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>The actors of a node, in pbm's verbs and forms.</summary>
internal static class ActorCommands
{
    private static readonly Option<string> Start = new("--start", "-s") { Description = "From this path on, like /user/core (default: everything)", HelpName = "PATH" };

    private static readonly Option<int> Depth = new("--depth", "-d") { Description = "How many levels below it; 0 for itself only", DefaultValueFactory = _ => 4, HelpName = "LEVELS" };

    public static readonly Option<string> Node = new("--address", "-a") { Description = "The node, by its address or HOST:PORT (default: the one that answers)", HelpName = "ADDRESS" };

    public static Command Create(Session session) => Verbs.Group(
        "actor", "The actors of a node",
        new Verb(session, "system", "Show the name of the actor system", "muster actor system", SystemAsync),
        new Verb(session, "hierarchy", "Show the paths of the actors, one on a line, sorted", "muster actor hierarchy -s /user/core -d 2", HierarchyAsync).Taking(Start, Depth, Node));

    private static async Task<int> SystemAsync(Call call)
    {
        var self = (await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false)).Text("self");
        var name = $"akka://{self.Split("://")[^1].Split('@')[0]}";
        if (call.Screen.Json)
        {
            call.Screen.Object(new JsonObject { ["system"] = name });
        }
        else
        {
            call.Screen.Line(name);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> HierarchyAsync(Call call)
    {
        var path = new Query().With("path", call.Get(Start)).With("depth", call.Get(Depth).ToString(CultureInfo.InvariantCulture)).With("node", call.Get(Node)).On("/v1/cluster/actors");
        var actors = await call.Gateway.GetAsync(path, call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(actors);
            return ExitCode.Ok;
        }

        foreach (var actor in actors.List("paths"))
        {
            call.Screen.Line(actor.Text());
        }

        if (actors.Flag("cut"))
        {
            await Console.Error.WriteLineAsync("There are more; show a part of it with -s PATH, or less deep with -d LEVELS.").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
