using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>Registered executors.</summary>
internal static class ExecutorCommands
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The id, its beginning, or the value of the label 'name'" };

    private static readonly Argument<string> Id = new("ID") { Description = "The executor" };

    public static Command Create(Session session) => Verbs.Group(
        "executors", "Registered executors",
        new Verb(session, "list", "Show every registered executor", "muster executors list", ListAsync).Or("ls"),
        new Verb(session, "get", "Show one executor", "muster executors get worker-1", GetAsync).Taking(Id),
        new Verb(session, "resolve", "Print the id of the one executor that a name means, and nothing else", "muster executors resolve worker", ResolveAsync).Taking(Name),
        new Verb(session, "remove", "Forget an executor; its attempts are given back, not counted", "muster executors remove worker-1", RemoveAsync).Taking(Id));

    private static string Joined(JsonNode? node, string field) => string.Join(',', node.List(field).Select(t => t.Text()));

    private static async Task<int> ListAsync(Call call)
    {
        var executors = await call.Gateway.GetAsync(call.At("executors"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(executors);
        }
        else
        {
            call.Screen.Table(
                ["id", "types", "functions", "runtimes", "location", "last seen"],
                executors.List().Select(e => (string[])[e.Text("id"), Joined(e, "types"), Joined(e, "functions"), Joined(e, "runtimes"), e.Text("location"), Words.Time(e.Time("lastSeen"))]),
                "No executor has registered; workers need not to get work.");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> GetAsync(Call call)
    {
        var executor = await call.Gateway.GetAsync(call.At("executors", call.Get(Id)), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(executor);
        }
        else
        {
            call.Screen.Pairs([
                ("id", executor.Text("id")), ("namespace", executor.Text("namespace")), ("types", Joined(executor, "types")), ("functions", Joined(executor, "functions")), ("runtimes", Joined(executor, "runtimes")),
                ("labels", string.Join(' ', executor.Fields("labels").Select(l => $"{l.Key}={l.Value.Text()}"))), ("location", executor.Text("location")),
                ("registered", Words.Time(executor.Time("registeredAt"))), ("last seen", Words.Time(executor.Time("lastSeen")))]);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ResolveAsync(Call call)
    {
        var name = call.Get(Name);
        var all = (await call.Gateway.GetAsync(call.At("executors"), call.Cancel).ConfigureAwait(false)).List().ToList();
        var found = all.Where(e => e.Text("id") == name).ToList();
        found = found.Count > 0 ? found : all.Where(e => e.Fields("labels").Any(l => l.Key == "name" && l.Value.Text() == name)).ToList();
        found = found.Count > 0 ? found : all.Where(e => e.Text("id").StartsWith(name, StringComparison.Ordinal)).ToList();
        var id = found.Count switch
        {
            1 => found[0].Text("id"),
            0 => throw new CliException($"No executor is called '{name}'. 'muster executors list' shows them."),
            _ => throw new CliException($"'{name}' may be {string.Join(", ", found.Take(5).Select(e => e.Text("id")))}. Say more of it."),
        };
        if (call.Screen.Json)
        {
            call.Screen.Object(new JsonObject { ["id"] = id });
        }
        else
        {
            call.Screen.Line(id);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(Call call)
    {
        await call.Gateway.SendAsync(HttpMethod.Delete, call.At("executors", call.Get(Id)), null, call.Cancel).ConfigureAwait(false);
        if (!call.Screen.Json)
        {
            call.Screen.Line($"{call.Get(Id)} is forgotten");
        }

        return ExitCode.Ok;
    }
}
