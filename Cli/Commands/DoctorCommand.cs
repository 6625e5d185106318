using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>Checks what commonly goes wrong, and says what to do.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan ClockLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RecentErrors = TimeSpan.FromMinutes(15);

    public static Command Create(Session session) =>
        new Verb(session, "doctor", "Check what commonly goes wrong, and say what to do; the exit code is 0 only when nothing is wrong", "muster doctor", RunAsync);

    private static async Task<int> RunAsync(Call call)
    {
        var findings = new List<Finding>();
        foreach (var check in (Func<Call, Task<IEnumerable<Finding>>>[])[ReadyAsync, MembersAsync, NodesAsync, ShardsAsync, QueuesAsync, LogsAsync])
        {
            try
            {
                findings.AddRange(await check(call).ConfigureAwait(false));
            }
            catch (CliException e) when (findings.Count > 0)
            {
                findings.Add(new Finding(false, check.Method.Name.Replace("Async", "", StringComparison.Ordinal).ToLowerInvariant(), e.Message, ""));
            }
        }

        if (call.Screen.Json)
        {
            call.Screen.Object(new JsonObject { ["items"] = new JsonArray([.. findings.Select(f => (JsonNode)new JsonObject { ["ok"] = f.Ok, ["check"] = f.Check, ["finding"] = f.What, ["do"] = f.Do })]) });
        }
        else
        {
            foreach (var finding in findings)
            {
                call.Screen.Line($"{(finding.Ok ? "ok   " : "WRONG")} {finding.Check}: {finding.What}{(finding.Do.Length > 0 ? $" {finding.Do}" : "")}");
            }
        }

        return findings.All(f => f.Ok) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<IEnumerable<Finding>> ReadyAsync(Call call)
    {
        var (status, text, at) = await call.Gateway.LookAsync("/health/ready", call.Cancel).ConfigureAwait(false);
        var findings = new List<Finding>
        {
            status == HttpStatusCode.OK
                ? new(true, "gateway", $"{call.Session.Target.Name} is ready.", "")
                : new(false, "gateway", text.StartsWith('{') ? JsonNode.Parse(text).Text("detail") : $"It answers {(int)status}.", "Wait for it to start, or look at its log: muster log peek."),
        };
        if (at is { } there)
        {
            var apart = (there - TimeProvider.System.GetUtcNow()).Duration();
            findings.Add(apart < ClockLimit
                ? new(true, "clock", "The gateway's and this machine's agree.", "")
                : new(false, "clock", $"The gateway's and this machine's are {Words.Span(apart)} apart.", "Let both take their time from the network."));
        }

        return findings;
    }

    private static async Task<IEnumerable<Finding>> MembersAsync(Call call)
    {
        var cluster = await call.Gateway.GetAsync("/v1/cluster", call.Cancel).ConfigureAwait(false);
        var members = cluster.List("members").ToList();
        var findings = new List<Finding>();
        foreach (var m in members.Where(m => !m.Flag("reachable")))
        {
            findings.Add(new(false, "members", $"{m.Text("address")} cannot be reached.", "Is its machine up, and the network between? If it is lost for good: muster cluster down -a ADDRESS."));
        }

        foreach (var m in members.Where(m => m.Flag("reachable") && m.Text("status") != "up"))
        {
            findings.Add(new(false, "members", $"{m.Text("address")} is {m.Text("status")}.", "That lasts seconds; if it stays, look at its log: muster log peek -a ADDRESS."));
        }

        if (cluster.Text("leader").Length == 0)
        {
            findings.Add(new(false, "leader", "Nobody leads the cluster.", "Members that cannot reach each other stop it: see above."));
        }

        var versions = members.Select(m => m.Text("version")).Distinct(StringComparer.Ordinal).ToList();
        findings.Add(versions.Count <= 1
            ? new(true, "versions", $"Every member is of version {versions.FirstOrDefault()}.", "")
            : new(false, "versions", $"The members are of versions {string.Join(", ", versions)}.", "End the update: replace the older ones."));
        if (versions.Count > 0 && !versions.Contains(ToolVersion.Text))
        {
            findings.Add(new(false, "tool", $"This tool is of version {ToolVersion.Text}.", "Use the one of the cluster's version."));
        }

        return findings.Any(f => f.Check == "members") ? findings : [new(true, "members", string.Create(CultureInfo.InvariantCulture, $"{members.Count} up and reachable."), ""), .. findings];
    }

    private static async Task<IEnumerable<Finding>> NodesAsync(Call call)
    {
        var nodes = (await call.Gateway.GetAsync("/v1/cluster/nodes", call.Cancel).ConfigureAwait(false)).List().ToList();
        var findings = new List<Finding>();
        foreach (var node in nodes)
        {
            if (node.Text("problem") is { Length: > 0 } problem)
            {
                findings.Add(new(false, "nodes", $"{node.Text("address")}: {problem}", ""));
            }

            foreach (var bad in node.List("associations").Where(a => a.Text("state") is "quarantined" or "failed" && nodes.Any(n => n.Text("address") == a.Text("remote"))))
            {
                findings.Add(new(false, "connections", $"{node.Text("address")} to {bad.Text("remote")}: {bad.Text("state")} {bad.Text("error")}".TrimEnd() + ".", "Restart the one that was shut out."));
            }

            foreach (var level in node.List("levels"))
            {
                findings.Add(new(true, "logging", $"{node.Text("address")} logs {level.Text("logger")} at {level.Text("minimum")} until {Words.Time(level.Time("until"))}.", ""));
            }
        }

        return findings.Any(f => !f.Ok) ? findings : [new(true, "nodes", "Every node answers.", ""), .. findings];
    }

    private static async Task<IEnumerable<Finding>> ShardsAsync(Call call)
    {
        var shards = await call.Gateway.GetAsync("/v1/cluster/shards", call.Cancel).ConfigureAwait(false);
        var failed = shards.List().SelectMany(t => t.List("regions").SelectMany(r => r.List("failed").Select(f => $"{t.Text("type")} {f.Text()} on {r.Text("node")}"))).ToList();
        return [failed.Count == 0
            ? new(true, "shards", "Every shard answers.", "")
            : new(false, "shards", $"No answer from {string.Join(", ", failed.Take(5))}.", "They may be moving; ask again in some seconds.")];
    }

    private static async Task<IEnumerable<Finding>> QueuesAsync(Call call)
    {
        var queues = await call.Gateway.GetAsync(call.At("queues"), call.Cancel).ConfigureAwait(false);
        var findings = new List<Finding>();
        foreach (var queue in queues.List())
        {
            var waiting = queue.Fields("counts").FirstOrDefault(c => c.Key == "waiting").Value.Text();
            if (waiting.Length > 0 && waiting != "0")
            {
                var running = queue.Fields("counts").FirstOrDefault(c => c.Key == "running").Value.Text() is { Length: > 0 } r && r != "0";
                if (queue.Flag("paused"))
                {
                    findings.Add(new(false, "queues", $"{queue.Text("name")} is paused, and {waiting} processes wait in it.", $"Start it again: muster queues resume {queue.Text("name")}."));
                }
                else if (!running)
                {
                    findings.Add(new(false, "queues", $"{waiting} processes wait in {queue.Text("name")} and none runs.", "Does a worker serve it, with the runtime and conditions that they ask for? See 'muster get ID' and 'muster executors list'."));
                }
            }
        }

        return findings.Count > 0 ? findings : [new(true, "queues", "Nothing waits for ever.", "")];
    }

    private static async Task<IEnumerable<Finding>> LogsAsync(Call call)
    {
        var logs = await call.Gateway.GetAsync("/v1/cluster/logs?lines=500", call.Cancel).ConfigureAwait(false);
        var after = TimeProvider.System.GetUtcNow() - RecentErrors;
        var errors = logs.List().Where(l => l.Text("level") is "error" or "critical" && l.Time("at") > after).ToList();
        return [errors.Count == 0
            ? new(true, "log", $"No errors within {Words.Span(RecentErrors)}.", "")
            : new(false, "log", string.Create(CultureInfo.InvariantCulture, $"{errors.Count} errors within {Words.Span(RecentErrors)}, the last: {errors[^1].Text("text").Split('\n')[0]}"), "See 'muster log peek -l 200'.")];
    }

    private sealed record Finding(bool Ok, string Check, string What, string Do);
}
