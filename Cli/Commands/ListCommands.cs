using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>Many processes: listing, counting by reason, writing out.</summary>
internal static partial class ListCommands
{
    private const int Page = 1_000;

    private static readonly Option<int> Limit = new("--limit", "-c") { Description = "How many at the most, the newest", DefaultValueFactory = _ => 50, HelpName = "NUMBER" };

    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Show it again every two seconds; Ctrl+C ends it" };

    private static readonly Option<int> Newest = new("--newest") { Description = "How many failed processes are looked at, the newest", DefaultValueFactory = _ => 10_000, HelpName = "NUMBER" };

    private static readonly Option<string> File = new("--file", "-f") { Description = "Where to (default: the standard output)", HelpName = "FILE" };

    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(2);

    public static IEnumerable<Command> Create(Session session)
    {
        yield return new Verb(session, "ps", "List processes, the newest first", "muster ps -s running,waiting -q images", PsAsync).Taking([.. ProcessFilter.Options, Limit, Watch]);
        yield return new Verb(session, "failed", "Show why processes failed: how many for each reason, and one of them", "muster failed -q images", FailedAsync).Taking(ProcessFilter.Queue, ProcessFilter.Label, ProcessFilter.Func, Newest);
        yield return new Verb(session, "export", "Write processes out, one JSON object on each line, the newest first", "muster export -s succeeded -f done.ndjson", ExportAsync).Taking([.. ProcessFilter.Options, File]);
    }

    private static async Task<int> PsAsync(Call call)
    {
        if (call.Get(Limit) < 1)
        {
            throw new CliException(ExitCode.Usage, "--limit is at least 1.");
        }

        while (true)
        {
            var items = new List<JsonNode>();
            await foreach (var process in PagesAsync(call, call.Get(Limit)).ConfigureAwait(false))
            {
                items.Add(process);
            }

            if (call.Get(Watch))
            {
                call.Screen.Clear();
            }

            if (call.Screen.Json)
            {
                call.Screen.Object(new JsonObject { ["items"] = new JsonArray([.. items.Select(i => i.DeepClone())]) });
            }
            else
            {
                call.Screen.Table(ProcessView.Heads, items.Select(ProcessView.Row), "No process matches.");
            }

            if (!call.Get(Watch))
            {
                return ExitCode.Ok;
            }

            call.Screen.Flush();
            await Task.Delay(WatchEvery, TimeProvider.System, call.Cancel).ConfigureAwait(false);
        }
    }

    private static async IAsyncEnumerable<JsonNode> PagesAsync(Call call, int most, string? state = null)
    {
        string? cursor = null;
        do
        {
            var query = state is null ? ProcessFilter.Query(call) : call.Query().With("status", state).With("queue", call.Get(ProcessFilter.Queue)).WithEach("label", call.Get(ProcessFilter.Label)).With("func", call.Get(ProcessFilter.Func));
            var page = await call.Gateway.GetAsync(query.With("limit", Math.Min(most, Page).ToString(CultureInfo.InvariantCulture)).With("cursor", cursor).On("/v1/processes"), call.Cancel).ConfigureAwait(false);
            foreach (var process in page.List())
            {
                most--;
                yield return process;
            }

            cursor = page.Text("cursor");
        }
        while (!string.IsNullOrEmpty(cursor) && most > 0);
    }

    private static async Task<int> FailedAsync(Call call)
    {
        var groups = new Dictionary<string, (int Count, JsonNode Newest)>(StringComparer.Ordinal);
        var seen = 0;
        await foreach (var process in PagesAsync(call, Math.Max(1, call.Get(Newest)), "failed").ConfigureAwait(false))
        {
            seen++;
            // Numbers and ids differ from process to process, the reason does not.
            var reason = Numbers().Replace(process.Text("reason"), "#");
            groups[reason] = groups.TryGetValue(reason, out var group) ? (group.Count + 1, group.Newest) : (1, process);
        }

        var rows = groups.OrderByDescending(g => g.Value.Count).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (call.Screen.Json)
        {
            call.Screen.Object(new JsonObject { ["items"] = new JsonArray([.. rows.Select(r => (JsonNode)new JsonObject { ["count"] = r.Value.Count, ["reason"] = r.Key, ["newest"] = r.Value.Newest.Text("id") })]) });
            return ExitCode.Ok;
        }

        call.Screen.Table(["count", "reason", "newest"], rows.Select(r => (string[])[r.Value.Count.ToString(CultureInfo.InvariantCulture), r.Key, r.Value.Newest.Text("id")]), "No process failed.");
        if (seen == call.Get(Newest))
        {
            await Console.Error.WriteLineAsync($"These are the newest {seen}; --newest looks at more.").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ExportAsync(Call call)
    {
        var file = call.Get(File);
        await using var writer = Open(file);
        var screen = file is null ? call.Screen : new Screen(writer, isTerminal: false, json: true);
        var count = 0L;
        await foreach (var process in PagesAsync(call, int.MaxValue).ConfigureAwait(false))
        {
            screen.ObjectLine(process);
            if (++count % (10 * Page) == 0 && !Console.IsErrorRedirected)
            {
                await Console.Error.WriteAsync($"\r{count} ").ConfigureAwait(false);
            }
        }

        if (file is not null)
        {
            call.Screen.Line($"{count} processes in {file}");
        }

        return ExitCode.Ok;
    }

    private static TextWriter Open(string? file)
    {
        try
        {
            return file is null ? TextWriter.Null : new StreamWriter(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} cannot be written: {e.Message}");
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+(?:\\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
