using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>Submitting, and waiting for what was submitted.</summary>
internal static class SubmitCommands
{
    private const int BatchItems = 1_000;

    private static readonly Argument<string[]> Words = new("FUNC [ARGS]") { Description = "The function or command, and its arguments; one that is JSON is taken as JSON, everything behind -- is text", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string> File = new("--file", "-f") { Description = "A file of JSON with one process, an array, or one on each line; - for the standard input", HelpName = "FILE" };

    private static readonly Option<string> Id = new("--id") { Description = "The id (default: made by the gateway)", HelpName = "ID" };

    private static readonly Option<string> Queue = new("--queue", "-q") { Description = "The queue", HelpName = "NAME" };

    private static readonly Option<string> Runtime = new("--runtime", "-r") { Description = "What runs it: exec for commands, dotnet for handlers, or a name of your workers", HelpName = "NAME" };

    private static readonly Option<string> Name = new("--name") { Description = "A name for people", HelpName = "NAME" };

    private static readonly Option<string[]> Label = new("--label", "-l") { Description = "A label to find it by; may be given again", HelpName = "NAME=VALUE" };

    private static readonly Option<string[]> Env = new("--env", "-e") { Description = "An environment variable of a command; may be given again", HelpName = "NAME=VALUE" };

    private static readonly Option<string> Input = new("--input", "-i") { Description = "The input: JSON, or text", HelpName = "TEXT" };

    private static readonly Option<int?> Priority = new("--priority", "-p") { Description = "Higher goes first", HelpName = "NUMBER" };

    private static readonly Option<string> MaxExec = new("--max-exec") { Description = "How long one attempt may run, like 10m", HelpName = "SPAN" };

    private static readonly Option<int?> MaxRetries = new("--max-retries") { Description = "How often it is tried again; -1 for no limit", HelpName = "NUMBER" };

    private static readonly Option<bool> WaitFor = new("--wait", "-w") { Description = "Wait until it has ended; the exit code is 0 only when it succeeded" };

    private static readonly Argument<string[]> Ids = new("ID") { Description = "The processes", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> Limit = new("--timeout", "-t") { Description = "How long to wait, like 90s (default: until it has ended)", HelpName = "SPAN" };

    public static IEnumerable<Command> Create(Session session)
    {
        yield return new Verb(session, "submit", "Submit a process, or the processes of a file; prints the ids", "muster submit -r exec --wait echo hello", SubmitAsync)
            .Taking(Words, File, Id, Queue, Runtime, Name, Label, Env, Input, Priority, MaxExec, MaxRetries, WaitFor);
        yield return new Verb(session, "wait", "Wait until processes have ended; the exit code is 0 only when all of them succeeded", "muster wait hello -t 1m", WaitAsync).Taking(Ids, Limit);
    }

    private static async Task<int> SubmitAsync(Call call)
    {
        if (call.Get(File) is { } file)
        {
            return call.Get(Words).Length > 0
                ? throw new CliException(ExitCode.Usage, "Name a file or a function, not both.")
                : await SubmitFileAsync(call, file).ConfigureAwait(false);
        }

        if (call.Get(Words).Length == 0)
        {
            throw new CliException(ExitCode.Usage, "Say what to run: muster submit FUNC [ARGS], or muster submit -f FILE.");
        }

        var process = await call.Gateway.PostAsync(call.At("processes"), Body(call), call.Cancel).ConfigureAwait(false);
        if (call.Get(WaitFor))
        {
            process = await FinalAsync(call, process.Text("id"), null).ConfigureAwait(false);
            ProcessView.Show(call, process);
            return ProcessView.Exit(process);
        }

        if (call.Screen.Json)
        {
            call.Screen.Object(process);
        }
        else
        {
            call.Screen.Line(process.Text("id"));
        }

        return ExitCode.Ok;
    }

    private static JsonObject Body(Call call)
    {
        var words = call.Get(Words);
        // A command takes text; a function takes values.
        var isCommand = call.Get(Runtime) == "exec";
        var body = new JsonObject { ["func"] = words[0], ["args"] = new JsonArray([.. words.Skip(1).Select(w => isCommand ? JsonValue.Create(w) : Value(w))]) };
        Put("id", call.Get(Id));
        Put("queue", call.Get(Queue));
        Put("runtime", call.Get(Runtime));
        Put("name", call.Get(Name));
        Put("maxExec", call.Get(MaxExec));
        if (call.Get(Input) is { } input)
        {
            body["input"] = Value(input);
        }

        if (call.Get(Priority) is { } priority)
        {
            body["priority"] = priority;
        }

        if (call.Get(MaxRetries) is { } retries)
        {
            body["maxRetries"] = retries;
        }

        Map("labels", call.Get(Label), "--label");
        Map("env", call.Get(Env), "--env");
        return body;

        void Put(string field, string? value)
        {
            if (value is not null)
            {
                body[field] = value;
            }
        }

        void Map(string field, string[]? pairs, string option)
        {
            if (pairs is { Length: > 0 })
            {
                body[field] = new JsonObject(pairs.Select(p => p.Split('=', 2) is [{ Length: > 0 } name, var value]
                    ? KeyValuePair.Create(name, (JsonNode?)value)
                    : throw new CliException(ExitCode.Usage, $"{option} {p}: write it as NAME=VALUE.")));
            }
        }
    }

    private static JsonNode? Value(string word)
    {
        try
        {
            return JsonNode.Parse(word);
        }
        catch (JsonException)
        {
            return word;
        }
    }

    private static async Task<int> SubmitFileAsync(Call call, string file)
    {
        var items = Items(await Bodies.ReadAsync(file, call.Cancel).ConfigureAwait(false), file);
        var ids = new List<string>();
        var exit = ExitCode.Ok;
        foreach (var batch in items.Chunk(BatchItems))
        {
            var text = new StringBuilder();
            foreach (var item in batch)
            {
                text.Append(Json.Line(item)).Append('\n');
            }

            var answer = await call.Gateway.SendTextAsync(HttpMethod.Post, call.At("processes"), text.ToString(), "application/x-ndjson", call.Cancel).ConfigureAwait(false);
            foreach (var (item, at) in answer.List().Select((item, at) => (item, at)))
            {
                var refused = item.Number("status") >= 300;
                if (call.Screen.Json)
                {
                    call.Screen.ObjectLine(item);
                }
                else if (!refused && !call.Get(WaitFor))
                {
                    call.Screen.Line(item.Text("id"));
                }

                if (refused)
                {
                    await Console.Error.WriteLineAsync(Output.Safe.Line($"Process {ids.Count + at + 1} of {file} was refused: {((item as JsonObject)?["problem"]).Text("detail")}")).ConfigureAwait(false);
                    exit = ExitCode.Failed;
                }
            }

            ids.AddRange(answer.List().Select(i => i.Number("status") < 300 ? i.Text("id") : ""));
        }

        if (!call.Get(WaitFor))
        {
            return exit;
        }

        return Math.Max(exit, await ShowEndsAsync(call, [.. ids.Where(i => i.Length > 0)], null).ConfigureAwait(false));
    }

    // One object, an array, an object with "processes" as 'run' takes it, or one object on each line.
    private static List<JsonNode> Items(string text, string file)
    {
        try
        {
            var whole = JsonNode.Parse(text);
            return whole switch
            {
                JsonArray array => [.. array.OfType<JsonNode>()],
                JsonObject o when o["processes"] is JsonArray array => [.. array.OfType<JsonNode>()],
                JsonObject o => [o],
                _ => throw new CliException(ExitCode.Usage, $"{file}: a process is an object like {{\"func\":\"echo\"}}."),
            };
        }
        catch (JsonException)
        {
            // Many documents, one on each line.
        }

        var items = new List<JsonNode>();
        foreach (var (line, number) in text.Split('\n').Select((l, i) => (l, i + 1)).Where(l => !string.IsNullOrWhiteSpace(l.l)))
        {
            try
            {
                items.Add(JsonNode.Parse(line) as JsonObject ?? throw new CliException(ExitCode.Usage, $"{file}, line {number}: a process is an object like {{\"func\":\"echo\"}}."));
            }
            catch (JsonException e)
            {
                throw new CliException(ExitCode.Usage, $"{file}, line {number}: this is no JSON: {e.Message.Split('.')[0]}.");
            }
        }

        return items;
    }

    private static async Task<int> WaitAsync(Call call)
    {
        TimeSpan? limit = null;
        if (call.Get(Limit) is { } text)
        {
            limit = Durations.Parse(text) ?? throw new CliException(ExitCode.Usage, $"--timeout {text}: write a time like 30s or 5m.");
        }

        return await ShowEndsAsync(call, call.Get(Ids), limit).ConfigureAwait(false);
    }

    private static async Task<int> ShowEndsAsync(Call call, IReadOnlyList<string> ids, TimeSpan? limit)
    {
        var exit = ExitCode.Ok;
        var start = TimeProvider.System.GetTimestamp();
        foreach (var id in ids)
        {
            var process = await FinalAsync(call, id, limit is { } all ? all - TimeProvider.System.GetElapsedTime(start) : null).ConfigureAwait(false);
            if (call.Screen.Json)
            {
                call.Screen.ObjectLine(process);
            }
            else
            {
                call.Screen.Line($"{id} {process.Text("status")}{(process.Text("reason") is { Length: > 0 } why ? $": {why}" : "")}");
                call.Screen.Flush();
            }

            exit = Math.Max(exit, ProcessView.Exit(process));
        }

        return exit;
    }

    private static async Task<JsonNode?> FinalAsync(Call call, string id, TimeSpan? limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = limit is { } l ? l - TimeProvider.System.GetElapsedTime(start) : TimeSpan.FromSeconds(30);
            var hold = left < TimeSpan.Zero ? TimeSpan.Zero : left > TimeSpan.FromSeconds(30) ? TimeSpan.FromSeconds(30) : left;
            var process = await call.Gateway.GetAsync(call.Query().With("wait", hold.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)).On(Query.Path("processes", id)), call.Cancel).ConfigureAwait(false);
            if (ProcessView.IsFinal(process))
            {
                return process;
            }

            if (limit is not null && left <= TimeSpan.Zero)
            {
                throw new CliException($"{id} is still {process.Text("status")}.");
            }
        }
    }
}
