using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>What is submitted again and again.</summary>
internal static class ScheduleCommands
{
    private static readonly Argument<string> Id = new("ID") { Description = "The schedule" };

    private static readonly Option<string> File = new("--file", "-f") { Description = "A file of JSON with timetable and work; - for the standard input", Required = true, HelpName = "FILE" };

    public static Command Create(Session session) => Verbs.Group(
        "schedules", "What is submitted again and again",
        new Verb(session, "list", "List the schedules", "muster schedules list", ListAsync).Or("ls"),
        new Verb(session, "get", "Show one schedule", "muster schedules get nightly", c => ShowAsync(c, c.Gateway.GetAsync(c.At("schedules", c.Get(Id)), c.Cancel))).Taking(Id),
        new Verb(session, "put", "Make a schedule, or give one another timetable and work", "muster schedules put nightly -f nightly.json", PutAsync).Taking(Id, File),
        new Verb(session, "pause", "Fire no more", "muster schedules pause nightly", c => ShowAsync(c, c.Gateway.PostAsync(c.At("schedules", c.Get(Id), "pause"), null, c.Cancel))).Taking(Id),
        new Verb(session, "resume", "Fire again", "muster schedules resume nightly", c => ShowAsync(c, c.Gateway.PostAsync(c.At("schedules", c.Get(Id), "resume"), null, c.Cancel))).Taking(Id),
        new Verb(session, "trigger", "Fire now; prints the id of what is submitted", "muster schedules trigger nightly", TriggerAsync).Taking(Id),
        new Verb(session, "remove", "Remove a schedule; what it has fired goes on", "muster schedules remove nightly", RemoveAsync).Taking(Id));

    private static string Timetable(JsonNode? s) => s.Text("cron") is { Length: > 0 } cron ? $"{cron} {s.Text("timeZone")}".Trim() : s.Text("every") is { Length: > 0 } ? $"every {Words.Span(TimeSpan.FromSeconds(s.Number("every")))}" : "";

    private static async Task<int> ListAsync(Call call)
    {
        var page = await call.Gateway.GetAsync(call.At("schedules"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(page);
        }
        else
        {
            call.Screen.Table(
                ["id", "timetable", "next", "last", "fired", "skipped", "paused", "reason"],
                page.List().Select(s => (string[])[s.Text("id"), Timetable(s), Words.Time(s.Time("nextAt")), Words.Time(s.Time("lastAt")), s.Text("fired"), s.Text("skipped"), s.Flag("paused") ? "paused" : "", s.Text("reason")]),
                "There is no schedule.");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(Call call, Task<JsonNode?> asked)
    {
        var schedule = await asked.ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(schedule);
            return ExitCode.Ok;
        }

        call.Screen.Pairs([
            ("id", schedule.Text("id")), ("namespace", schedule.Text("namespace")), ("timetable", Timetable(schedule)), ("paused", schedule.Flag("paused") ? "yes" : ""), ("next", Words.Time(schedule.Time("nextAt"))),
            ("last", Words.Time(schedule.Time("lastAt"))), ("last work", schedule.Text("lastWork")), ("fired", schedule.Text("fired")), ("skipped", schedule.Text("skipped")), ("missed", schedule.Text("missedSlots")),
            ("rejected", schedule.Text("rejected")), ("queued", schedule.Text("queued")), ("overlap", schedule.Text("overlap")), ("reason", schedule.Text("reason")), ("created", Words.Time(schedule.Time("createdAt"))), ("created by", schedule.Text("createdBy"))]);
        return ExitCode.Ok;
    }

    private static async Task<int> PutAsync(Call call)
    {
        var body = await Bodies.ObjectAsync(call.Get(File)!, call.Cancel).ConfigureAwait(false);
        return await ShowAsync(call, call.Gateway.SendAsync(HttpMethod.Put, call.At("schedules", call.Get(Id)), body, call.Cancel)).ConfigureAwait(false);
    }

    private static async Task<int> TriggerAsync(Call call)
    {
        var fired = await call.Gateway.PostAsync(call.At("schedules", call.Get(Id), "trigger"), null, call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(fired);
        }
        else
        {
            call.Screen.Line(fired.Text("id"));
        }

        return ExitCode.Ok;
    }

    private static async Task<int> RemoveAsync(Call call)
    {
        await call.Gateway.SendAsync(HttpMethod.Delete, call.At("schedules", call.Get(Id)), null, call.Cancel).ConfigureAwait(false);
        if (!call.Screen.Json)
        {
            call.Screen.Line($"{call.Get(Id)} is removed");
        }

        return ExitCode.Ok;
    }
}
