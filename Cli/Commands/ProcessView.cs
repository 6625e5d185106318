using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>How processes are shown.</summary>
internal static class ProcessView
{
    /// <summary>The columns of a list.</summary>
    public static readonly string[] Heads = ["id", "status", "queue", "func", "attempt", "executor", "age", "reason"];

    private static readonly string[] Final = ["succeeded", "failed", "cancelled"];

    /// <summary>A row of a list.</summary>
    public static string[] Row(JsonNode process) =>
        [process.Text("id"), process.Text("status"), process.Text("queue"), process.Text("func"), process.Text("attempt"), process.Text("executor"), Words.Ago(process.Time("createdAt")), process.Text("reason")];

    /// <summary>Whether it has ended.</summary>
    public static bool IsFinal(JsonNode? process) => Final.Contains(process.Text("status"));

    /// <summary>0 when it succeeded or has not ended, 1 when it failed or was cancelled.</summary>
    public static int Exit(JsonNode? process) => process.Text("status") is "failed" or "cancelled" ? ExitCode.Failed : ExitCode.Ok;

    /// <summary>One process with what belongs to it.</summary>
    public static void Show(Call call, JsonNode? process)
    {
        if (call.Screen.Json)
        {
            call.Screen.Object(process);
            return;
        }

        var labels = string.Join(' ', process.Fields("labels").Select(l => $"{l.Key}={l.Value.Text()}"));
        call.Screen.Pairs([
            ("id", process.Text("id")), ("namespace", process.Text("namespace")), ("name", process.Text("name")), ("workflow", process.Text("workflow")), ("status", process.Text("status")), ("reason", process.Text("reason")),
            ("queue", process.Text("queue")), ("func", process.Text("func")), ("runtime", process.Text("runtime")), ("priority", process.Text("priority")), ("labels", labels),
            ("attempt", process.Text("attempt")), ("retries", process.Text("retries")), ("executor", process.Text("executor")), ("progress", Progress(process)),
            ("created", Words.Time(process.Time("createdAt"))), ("created by", process.Text("createdBy")), ("started", Words.Time(process.Time("startedAt"))), ("finished", Words.Time(process.Time("finishedAt"))),
            ("next deadline", Words.Time(process.Time("nextDeadline"))), ("damaged", process.Text("damaged")), ("result", process.Text("result"))]);
    }

    private static string Progress(JsonNode? process)
    {
        var share = process.Text("progress");
        return share.Length == 0 ? process.Text("progressText") : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{process.Number("progress"):P0} {process.Text("progressText")}").Trim();
    }
}
