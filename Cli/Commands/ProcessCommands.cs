using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>One process: what it is, what it did, what it wrote.</summary>
internal static class ProcessCommands
{
    private const int Page = 1_000;

    private static readonly Argument<string> Id = new("ID") { Description = "The process" };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until the process has ended" };

    private static readonly Option<bool> Times = new("--times") { Description = "Show when each line was written, and by which attempt" };

    public static IEnumerable<Command> Create(Session session)
    {
        yield return new Verb(session, "get", "Show one process", "muster get hello", async c =>
        {
            ProcessView.Show(c, await c.Gateway.GetAsync(c.At("processes", c.Get(Id)), c.Cancel).ConfigureAwait(false));
            return ExitCode.Ok;
        }).Taking(Id);
        yield return new Verb(session, "history", "Show every transition of a process, with time and reason", "muster history hello", HistoryAsync).Taking(Id);
        yield return new Verb(session, "logs", "Show what a process wrote", "muster logs -f hello", LogsAsync).Taking(Id, Follow, Times);
    }

    private static async Task<int> HistoryAsync(Call call)
    {
        var history = await call.Gateway.GetAsync(call.At("processes", call.Get(Id), "history"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(history);
            return ExitCode.Ok;
        }

        call.Screen.Table(
            ["at", "event", "from", "to", "attempt", "by", "reason"],
            history.List().Select(h => (string[])[Words.Time(h.Time("at")), h.Text("event"), h.Text("from"), h.Text("to"), h.Text("attempt"), h.Text("by"), h.Text("reason")]),
            "Nothing happened.");
        return ExitCode.Ok;
    }

    private static async Task<int> LogsAsync(Call call)
    {
        var path = Query.Path("processes", call.Get(Id), "logs");
        if (call.Get(Follow))
        {
            await foreach (var line in call.Gateway.StreamAsync(call.Query().With("follow", "true").On(path), call.Cancel).ConfigureAwait(false))
            {
                // The stream says its end with the process.
                if (line is JsonObject o && o.ContainsKey("text"))
                {
                    Show(call, line);
                    call.Screen.Flush();
                }
            }

            return ExitCode.Ok;
        }

        string? after = null;
        do
        {
            var page = await call.Gateway.GetAsync(call.Query().With("after", after).With("limit", Page.ToString(CultureInfo.InvariantCulture)).On(path), call.Cancel).ConfigureAwait(false);
            var lines = page.List().ToList();
            lines.ForEach(l => Show(call, l));
            after = lines.Count < Page ? null : page.Text("cursor");
        }
        while (!string.IsNullOrEmpty(after));

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
            call.Screen.Text(call.Get(Times) ? $"[{Words.Time(line.Time("at"))}] {line.Text("attempt")} {line.Text("stream")}: {line.Text("text")}" : line.Text("text"));
        }
    }
}
