using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>Queues: how full they are, and their limits.</summary>
internal static class QueueCommands
{
    private static readonly Argument<string> Name = new("QUEUE") { Description = "The queue" };

    private static readonly Option<int?> MaxRunning = new("--max-running") { Description = "How many may run at once (default: no limit)", HelpName = "NUMBER" };

    private static readonly Option<double?> Rate = new("--rate") { Description = "How many may start in a second (default: no limit)", HelpName = "NUMBER" };

    public static Command Create(Session session) => Verbs.Group(
        "queues", "Queues: how full they are, and their limits",
        new Verb(session, "list", "Show every queue with its counts and limits", "muster queues list", ListAsync).Or("ls"),
        new Verb(session, "get", "Show one queue", "muster queues get images", c => SendAsync(c, HttpMethod.Get, null, null)).Taking(Name),
        new Verb(session, "limits", "Set the limits of a queue; what is not named has no limit from then on", "muster queues limits images --max-running 4 --rate 10", LimitsAsync).Taking(Name, MaxRunning, Rate),
        new Verb(session, "pause", "Start nothing more of a queue", "muster queues pause images", c => SendAsync(c, HttpMethod.Post, "pause", null)).Taking(Name),
        new Verb(session, "resume", "Start processes of a queue again", "muster queues resume images", c => SendAsync(c, HttpMethod.Post, "resume", null)).Taking(Name));

    private static readonly string[] States = ["blocked", "waiting", "running", "succeeded", "failed", "cancelled"];

    private static string[] Row(JsonNode? queue) =>
    [
        queue.Text("name"), .. States.Select(s => queue.Fields("counts").FirstOrDefault(c => c.Key == s).Value.Text() is { Length: > 0 } n ? n : "0"),
        queue.Text("maxRunning"), queue.Text("ratePerSecond"), queue.Flag("paused") ? "paused" : "",
    ];

    private static readonly string[] Heads = ["queue", .. States, "max running", "rate", "paused"];

    private static async Task<int> ListAsync(Call call)
    {
        var queues = await call.Gateway.GetAsync(call.At("queues"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(queues);
        }
        else
        {
            call.Screen.Table(Heads, queues.List().Select(Row), "There is no queue yet; the first process makes one.");
        }

        return ExitCode.Ok;
    }

    private static Task<int> LimitsAsync(Call call)
    {
        var body = new JsonObject();
        if (call.Get(MaxRunning) is { } max)
        {
            body["maxRunning"] = max;
        }

        if (call.Get(Rate) is { } rate)
        {
            body["ratePerSecond"] = rate;
        }

        return SendAsync(call, HttpMethod.Post, "limits", body);
    }

    private static async Task<int> SendAsync(Call call, HttpMethod method, string? verb, JsonObject? body)
    {
        var path = verb is null ? call.At("queues", call.Get(Name)) : call.At("queues", call.Get(Name), verb);
        var queue = await call.Gateway.SendAsync(method, path, body, call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(queue);
        }
        else
        {
            call.Screen.Table(Heads, [Row(queue)], "");
        }

        return ExitCode.Ok;
    }
}
