using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>What the nodes log.</summary>
internal static class LogCommands
{
    private static readonly Option<int> Lines = new("--lines", "-l") { Description = "How many of the recent lines come first", DefaultValueFactory = _ => 20, HelpName = "LINES" };

    private static readonly Option<string> Node = new("--address", "-a") { Description = "Only this node, by its address or HOST:PORT (default: all)", HelpName = "ADDRESS" };

    private static readonly Option<string> For = new("--for") { Description = "How long, like 30s or 1h; at most a day", DefaultValueFactory = _ => "10m", HelpName = "SPAN" };

    private static readonly Argument<string> Logger = new("LOGGER") { Description = "The beginning of the names of loggers, like Muster.Gateway; '*' for all that have no level of their own" };

    private static readonly Argument<string> Level = new("LEVEL") { Description = "trace, debug, information, warning, error, critical or none" };

    public static Command Create(Session session) => Verbs.Group(
        "log", "What the nodes log",
        new Verb(session, "tail", "Follow what the nodes log; Ctrl+C ends it", "muster log tail -l 50", TailAsync).Taking(Lines, Node),
        new Verb(session, "peek", "Show what the nodes have logged last", "muster log peek -l 50", PeekAsync).Taking(Lines, Node),
        new Verb(session, "level", "Let loggers say more, or less, for a while", "muster log level Muster.Gateway debug --for 5m", LevelAsync).Taking(Logger, Level, For, Node));

    private static string Path(Call call, string? follow) =>
        new Query().With("lines", call.Get(Lines).ToString(CultureInfo.InvariantCulture)).With("node", call.Get(Node)).With("follow", follow).On("/v1/cluster/logs");

    private static async Task<int> PeekAsync(Call call)
    {
        var logs = await call.Gateway.GetAsync(Path(call, null), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(logs);
            return ExitCode.Ok;
        }

        foreach (var line in logs.List())
        {
            Show(call, line);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> TailAsync(Call call)
    {
        await foreach (var line in call.Gateway.StreamAsync(Path(call, "true"), call.Cancel).ConfigureAwait(false))
        {
            Show(call, line);
            call.Screen.Flush();
        }

        return ExitCode.Ok;
    }

    private static void Show(Call call, JsonNode line)
    {
        if (call.Screen.Json)
        {
            call.Screen.ObjectLine(line);
        }
        else
        {
            call.Screen.Text($"[{Words.Time(line.Time("at"))}] {line.Text("node").Split('@')[^1]} {line.Text("level")} {line.Text("logger")}: {line.Text("text")}");
        }
    }

    private static async Task<int> LevelAsync(Call call)
    {
        var body = new JsonObject { ["logger"] = call.Get(Logger) is "*" ? "" : call.Get(Logger), ["level"] = call.Get(Level), ["for"] = call.Get(For) };
        if (call.Get(Node) is { } node)
        {
            body["node"] = node;
        }

        var done = await call.Gateway.PostAsync("/v1/cluster/log-level", body, call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(done);
        }
        else
        {
            foreach (var item in done.List())
            {
                var change = (item as JsonObject)?["change"];
                call.Screen.Line(change is null ? $"{item.Text("node")} {item.Text("problem")}" : $"{item.Text("node")} {(change.Text("logger") is { Length: > 0 } name ? name : "*")} {change.Text("minimum")} until {Words.Time(change.Time("until"))}");
            }
        }

        return done.List().All(i => i.Text("problem").Length == 0) ? ExitCode.Ok : ExitCode.Failed;
    }
}
