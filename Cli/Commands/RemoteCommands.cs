using System.CommandLine;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>The connections between nodes.</summary>
internal static class RemoteCommands
{
    public static Command Create(Session session) => Verbs.Group(
        "remote", "The connections between nodes",
        new Verb(session, "associations", "Show the connections of every node to others, and what went wrong", "muster remote associations", AssociationsAsync));

    private static async Task<int> AssociationsAsync(Call call)
    {
        var nodes = await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(nodes);
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["node", "remote", "direction", "state", "since", "error"],
            nodes.List().SelectMany(n => n.List("associations").Select(a => (string[])[n.Text("address"), a.Text("remote"), a.Flag("inbound") ? "in" : "out", a.Text("state"), Words.Time(a.Time("since")), a.Text("error")])),
            "No node has connections.");
        return ExitCode.Ok;
    }
}
