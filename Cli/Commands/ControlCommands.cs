using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Commands;

/// <summary>Stopping processes, starting them again, moving them; one by one, or all that a filter matches.</summary>
internal static class ControlCommands
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly Argument<string[]> Ids = new("ID") { Description = "The processes", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Argument<string> One = new("ID") { Description = "The process" };

    private static readonly Argument<int> Number = new("PRIORITY") { Description = "Higher goes first" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the history", HelpName = "TEXT" };

    private static readonly Option<string> Where = new("--where") { Description = "All that match, like \"status=failed queue=images label.env=prod created<2026-01-31\"", HelpName = "FILTER" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only count what --where matches" };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask" };

    public static IEnumerable<Command> Create(Session session)
    {
        yield return new Verb(session, "cancel", "Stop processes for good", "muster cancel --where \"status=waiting queue=images\" --dry-run", c => ControlAsync(c, "cancel")).Taking(Ids, Reason, Where, DryRun, Yes);
        yield return new Verb(session, "retry", "Start a new series of attempts on finished processes", "muster retry --where \"status=failed func=resize\" --yes", c => ControlAsync(c, "retry")).Taking(Ids, Reason, Where, DryRun, Yes);
        yield return new Verb(session, "priority", "Change the place of a process in its queue", "muster priority hello 10", PriorityAsync).Taking(One, Number);
    }

    private static async Task<int> PriorityAsync(Call call)
    {
        ProcessView.Show(call, await call.Gateway.PostAsync(call.At("processes", call.Get(One), "priority"), new JsonObject { ["priority"] = call.Get(Number) }, call.Cancel).ConfigureAwait(false));
        return ExitCode.Ok;
    }

    private static async Task<int> ControlAsync(Call call, string action)
    {
        var ids = call.Get(Ids);
        if (call.Get(Where) is { } where)
        {
            return ids.Length > 0 ? throw new CliException(ExitCode.Usage, "Name processes or a filter, not both.") : await BulkAsync(call, action, where).ConfigureAwait(false);
        }

        if (ids.Length == 0)
        {
            throw new CliException(ExitCode.Usage, $"Say which: muster {action} ID, or muster {action} --where FILTER.");
        }

        if (call.Get(DryRun))
        {
            throw new CliException(ExitCode.Usage, "--dry-run counts what --where matches.");
        }

        var exit = ExitCode.Ok;
        foreach (var id in ids)
        {
            try
            {
                var process = await call.Gateway.PostAsync(call.At("processes", id, action), new JsonObject { ["reason"] = call.Get(Reason) }, call.Cancel).ConfigureAwait(false);
                if (call.Screen.Json)
                {
                    call.Screen.ObjectLine(process);
                }
                else
                {
                    call.Screen.Line($"{id} {process.Text("status")}");
                }
            }
            catch (CliException e) when (e.ExitCode == ExitCode.Failed && ids.Length > 1)
            {
                await Console.Error.WriteLineAsync(Output.Safe.Line($"{id}: {e.Message}")).ConfigureAwait(false);
                exit = ExitCode.Failed;
            }
        }

        return exit;
    }

    private static async Task<int> BulkAsync(Call call, string action, string where)
    {
        var filter = ProcessFilter.Where(where);
        var counted = await BulkAsync(call, Body(dryRun: true)).ConfigureAwait(false);
        var matched = counted.Number("matched");
        if (call.Get(DryRun) || matched == 0)
        {
            Show(call, counted, string.Create(CultureInfo.InvariantCulture, $"{matched} processes match."));
            return ExitCode.Ok;
        }

        if (!call.Get(Yes) && !await AgreesAsync(string.Create(CultureInfo.InvariantCulture, $"{action} {matched} processes?"), call).ConfigureAwait(false))
        {
            return ExitCode.Failed;
        }

        var work = BulkAsync(call, Body(dryRun: false));
        await ProgressAsync(call, work, matched, () => BulkAsync(call, Body(dryRun: true))).ConfigureAwait(false);
        var done = await work.ConfigureAwait(false);
        Show(call, done, string.Create(CultureInfo.InvariantCulture, $"{done.Number("matched")} matched, {done.Number("changed")} changed, {done.Number("refused")} refused."));
        return done.Number("refused") > 0 ? ExitCode.Failed : ExitCode.Ok;

        JsonObject Body(bool dryRun) => new() { ["action"] = action, ["filter"] = filter.DeepClone(), ["reason"] = call.Get(Reason), ["dryRun"] = dryRun };
    }

    private static Task<JsonNode?> BulkAsync(Call call, JsonObject body) => call.Gateway.PostAsync(call.At("processes", "bulk"), body, call.Cancel);

    // While it works, what still matches is counted, for who looks on.
    private static async Task ProgressAsync(Call call, Task work, double all, Func<Task<JsonNode?>> count)
    {
        if (Console.IsErrorRedirected)
        {
            return;
        }

        var shown = false;
        while (await Task.WhenAny(work, Task.Delay(LookEvery, TimeProvider.System, call.Cancel)).ConfigureAwait(false) != work)
        {
            call.Cancel.ThrowIfCancellationRequested();
            var left = (await count().ConfigureAwait(false)).Number("matched");
            await Console.Error.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\r{all - left} of {all} ")).ConfigureAwait(false);
            shown = true;
        }

        if (shown)
        {
            await Console.Error.WriteLineAsync().ConfigureAwait(false);
        }
    }

    private static async Task<bool> AgreesAsync(string question, Call call)
    {
        if (Console.IsInputRedirected)
        {
            throw new CliException(ExitCode.Usage, $"{question} Say it with --yes; nobody is here to ask.");
        }

        await Console.Error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);
        var answer = await Console.In.ReadLineAsync(call.Cancel).ConfigureAwait(false);
        return answer?.Trim() is "y" or "Y" or "yes";
    }

    private static void Show(Call call, JsonNode? json, string text)
    {
        if (call.Screen.Json)
        {
            call.Screen.Object(json);
        }
        else
        {
            call.Screen.Line(text);
        }
    }
}
