using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>Graphs of processes.</summary>
internal static class WorkflowCommands
{
    private static readonly Argument<string> Id = new("ID") { Description = "The workflow" };

    private static readonly Option<string> File = new("--file", "-f") { Description = "A file of JSON with the graph; - for the standard input", Required = true, HelpName = "FILE" };

    private static readonly Option<string> State = new("--state", "-s") { Description = "Only in this state", HelpName = "STATE" };

    private static readonly Option<int> Limit = new("--limit", "-c") { Description = "How many at the most, the newest", DefaultValueFactory = _ => 50, HelpName = "NUMBER" };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the history", HelpName = "TEXT" };

    public static Command Create(Session session) => Verbs.Group(
        "workflows", "Graphs of processes",
        new Verb(session, "list", "List workflows, the newest first", "muster workflows list", ListAsync).Taking(State, Limit).Or("ls"),
        new Verb(session, "get", "Show one workflow with its nodes", "muster workflows get nightly", c => ShowAsync(c, c.Gateway.GetAsync(c.At("workflows", c.Get(Id)), c.Cancel))).Taking(Id),
        new Verb(session, "submit", "Submit the graph in a file, all of it or nothing; prints the id", "muster workflows submit -f graph.json", SubmitAsync).Taking(File),
        new Verb(session, "cancel", "Stop a workflow and all its processes for good", "muster workflows cancel nightly", c =>
            ShowAsync(c, c.Gateway.PostAsync(c.At("workflows", c.Get(Id), "cancel"), new JsonObject { ["reason"] = c.Get(Reason) }, c.Cancel))).Taking(Id, Reason));

    private static string Counts(JsonNode? workflow) => string.Join(' ', workflow.Fields("counts").Select(c => $"{c.Key}={c.Value.Text()}"));

    private static async Task<int> ListAsync(Call call)
    {
        var page = await call.Gateway.GetAsync(call.Query().With("status", call.Get(State)).With("limit", call.Get(Limit).ToString(CultureInfo.InvariantCulture)).On("/v1/workflows"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(page);
        }
        else
        {
            call.Screen.Table(["id", "name", "status", "processes", "age", "reason"], page.List().Select(w => (string[])[w.Text("id"), w.Text("name"), w.Text("status"), Counts(w), Words.Ago(w.Time("createdAt")), w.Text("reason")]), "There is no workflow.");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> SubmitAsync(Call call)
    {
        var workflow = await call.Gateway.PostAsync(call.At("workflows"), await Bodies.ObjectAsync(call.Get(File)!, call.Cancel).ConfigureAwait(false), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(workflow);
        }
        else
        {
            call.Screen.Line(workflow.Text("id"));
        }

        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(Call call, Task<JsonNode?> asked)
    {
        var workflow = await asked.ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(workflow);
            return ExitCode.Ok;
        }

        call.Screen.Pairs([
            ("id", workflow.Text("id")), ("namespace", workflow.Text("namespace")), ("name", workflow.Text("name")), ("status", workflow.Text("status")), ("reason", workflow.Text("reason")), ("processes", Counts(workflow)),
            ("on failure", workflow.Text("onFailure")), ("created", Words.Time(workflow.Time("createdAt"))), ("created by", workflow.Text("createdBy")), ("finished", Words.Time(workflow.Time("finishedAt")))]);
        if (workflow.List("nodes").Any())
        {
            call.Screen.Line("");
            call.Screen.Table(
                ["node", "process", "status", "after", "attempt", "executor", "reason"],
                workflow.List("nodes").Select(n => (string[])[n.Text("name"), n.Text("id"), n.Text("status"), string.Join(',', n.List("after").Select(a => a.Text())), n.Text("attempt"), n.Text("executor"), n.Text("reason")]), "");
        }

        return ExitCode.Ok;
    }
}
