using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>Verbs about the cluster whose output is different each time.</summary>
[Collection(CliCollection.Name)]
public sealed class ClusterTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Every_node_is_listed_with_uptime_version_and_memory()
    {
        var rows = (await OkAsync("nodes", "list")).TrimEnd('\n').Split('\n').Select(l => l.Split('\t')).ToList();
        rows.Select(r => r[0]).ShouldBe(cluster.Members);
        rows.ShouldAllBe(r => r[1].Length > 0 && r[2].Length > 0 && r[3].EndsWith(" MiB", StringComparison.Ordinal));
        (await OkAsync("uptime")).Split('\n').Length.ShouldBe(4);
        (await OkAsync("version")).ShouldStartWith("this tool\t");
        JsonNode.Parse(await OkAsync("version", "--json"))!["nodes"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_connections_of_the_nodes_are_shown()
    {
        var lines = (await OkAsync("remote", "associations")).Split('\n');
        // Both nodes have found the seed.
        lines.ShouldContain(l => l.StartsWith($"{cluster.Members[1]}\t{cluster.Members[0]}\t", StringComparison.Ordinal) && l.Contains("\tassociated\t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Levels_of_logs_are_changed_for_a_while_and_lines_are_shown()
    {
        (await OkAsync("log", "level", "Muster.Nothing", "debug", "--for", "2s", "-a", cluster.Members[0])).ShouldStartWith($"{cluster.Members[0]} Muster.Nothing debug until ");
        (await cluster.RunAsync("log", "level", "Muster.Nothing", "loud")).Exit.ShouldBe(2);
        (await OkAsync("log", "peek", "-l", "5", "--json")).ShouldContain("\"items\"");
    }

    [Fact]
    public async Task The_doctor_finds_a_queue_that_is_paused_while_processes_wait()
    {
        await cluster.Api.SubmitAsync("""{"queue":"doctor-q","func":"f"}""");
        await cluster.Api.PostAsync("/v1/queues/doctor-q/pause");
        var result = await cluster.RunAsync("doctor");
        result.Exit.ShouldBe(1, result.Output);
        result.Output.ShouldContain("ok    members: 3 up and reachable.");
        result.Output.ShouldContain("WRONG queues: doctor-q is paused, and 1 processes wait in it. Start it again: muster queues resume doctor-q.");
    }

    [Fact]
    public async Task A_bundle_has_what_a_bug_report_needs_and_no_secret()
    {
        var file = cluster.Folder.File("bundle.zip");
        (await OkAsync("debug", "bundle", "-o", file)).ShouldBe($"{file}\n");
        await using var zip = await ZipFile.OpenReadAsync(file);
        zip.Entries.Select(e => e.Name).ShouldBe(["tool.txt", "ready.txt", "cluster.json", "nodes.json", "shards.json", "settings.json", "akka.json", "actors.json", "logs.json", "queues.json", "executors.json", "metrics.txt"]);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            var text = await reader.ReadToEndAsync();
            text.Length.ShouldBeGreaterThan(4, entry.Name);
            text.ShouldNotContain(ClusterFixture.Key.Split('_')[2]);
        }

        (await cluster.RunAsync("debug", "bundle", "-o", file)).Exit.ShouldBe(2, "it is there already");
    }

    [Fact]
    public async Task A_key_is_made_used_listed_and_revoked()
    {
        var key = (await OkAsync("keys", "create", "--name", "cli", "--role", "reader", "-n", "*")).Trim();
        var id = key.Split('_')[1];
        var mine = new Dictionary<string, string>(cluster.Variables) { ["MUSTER_KEY"] = key };
        (await Tool.RunAsync(cluster.Folder.Path, mine, ["cluster", "leader"])).Exit.ShouldBe(0);
        var refused = await Tool.RunAsync(cluster.Folder.Path, mine, ["cluster", "down-unreachable"]);
        (refused.Exit, refused.Output).ShouldBe((3, ""));
        refused.Error.ShouldContain("key of a operator");
        (await OkAsync("keys", "list")).ShouldContain($"{id}\tcli\treader\t*\t");
        (await OkAsync("keys", "revoke", id)).ShouldBe($"{id} is revoked\n");
        (await Tool.RunAsync(cluster.Folder.Path, mine, ["ps"])).Exit.ShouldBe(3);
    }

    [Fact]
    public async Task A_drained_node_ends_what_it_runs_takes_nothing_more_and_works_again()
    {
        var nodes = cluster.Members.Skip(1).ToList();
        var running = await cluster.Api.SubmitAsync("""{"queue":"apart","func":"sleep","args":[1.5]}""");
        var executor = (await cluster.Api.UntilAsync(running, "running"))["executor"]!.GetValue<string>();
        var busy = nodes.Single(n => n.EndsWith($":{executor.Split('-')[1]}", StringComparison.Ordinal));
        var idle = nodes.Single(n => n != busy);
        (await OkAsync("nodes", "drain", "-a", idle, "--wait")).ShouldBe($"{idle} drained\n");
        (await OkAsync("nodes", "drain", "-a", busy, "--deadline", "1m")).ShouldBe($"{busy} draining\n");
        var waiting = await cluster.Api.SubmitAsync("""{"queue":"apart","func":"echo"}""");
        (await OkAsync("nodes", "drain", "-a", busy, "--wait")).ShouldBe($"{busy} drained\n");
        (await cluster.Api.UntilAsync(running, "succeeded"))["attempt"]!.GetValue<int>().ShouldBe(1);
        (await OkAsync("nodes", "list")).Split('\n').Count(l => l.Contains("\tdrained\t", StringComparison.Ordinal)).ShouldBe(2);
        (await cluster.Api.StatusAsync(waiting)).ShouldBe("waiting");

        (await OkAsync("nodes", "undrain", "-a", idle)).ShouldBe($"{idle} working\n");
        (await cluster.Api.UntilAsync(waiting, "succeeded"))["executor"]!.GetValue<string>().ShouldEndWith(idle.Split(':')[^1]);
        (await OkAsync("nodes", "undrain", "-a", busy)).ShouldBe($"{busy} working\n");
    }

    [Fact]
    public async Task Who_changes_his_mind_while_a_node_is_draining_loses_no_attempt()
    {
        // The deadline passes while it runs, and not before the mind is changed on a busy machine.
        var deadline = 4 * Eventually.Slow;
        var id = await cluster.Api.SubmitAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"queue":"apart","func":"sleep","args":[{{deadline + 1.5}}]}"""));
        var executor = (await cluster.Api.UntilAsync(id, "running"))["executor"]!.GetValue<string>();
        var node = cluster.Members.Single(n => n.EndsWith($":{executor.Split('-')[1]}", StringComparison.Ordinal));
        (await OkAsync("nodes", "drain", "-a", node, "--deadline", string.Create(CultureInfo.InvariantCulture, $"{deadline}s"))).ShouldBe($"{node} draining\n");
        (await OkAsync("nodes", "undrain", "-a", node)).ShouldBe($"{node} working\n");
        (await cluster.Api.UntilAsync(id, "succeeded"))["attempt"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_member_that_leaves_is_gone_in_order()
    {
        using var folder = new TestFolder();
        var seed = cluster.Members[0].Split('@')[1];
        await using var node = ProgramProcess.StartBeside(folder.Path, "Cluster.Node.dll", "--seed", seed, "--name", "leaver", "--queues", "apart");
        var address = "";
        await Eventually.TrueAsync(async () =>
        {
            var shown = await OkAsync("cluster", "show");
            address = shown.Split('\n').FirstOrDefault(l => l.StartsWith("akka", StringComparison.Ordinal) && !cluster.Members.Any(m => l.StartsWith(m, StringComparison.Ordinal)) && l.Contains("| up |", StringComparison.Ordinal))?.Split(' ')[0] ?? "";
            return address.Length > 0;
        }, 60);
        (await OkAsync("cluster", "leave", "-a", address)).ShouldBe($"{address} leaves\n");
        await Eventually.TrueAsync(async () => (await OkAsync("cluster", "show")).Contains("Count: 3 nodes", StringComparison.Ordinal), 60);
        (await node.ExitAsync()).ShouldBe(0, node.Output);
    }

    private async Task<string> OkAsync(params string[] arguments)
    {
        var result = await cluster.RunAsync(arguments);
        result.Exit.ShouldBe(0, string.Create(CultureInfo.InvariantCulture, $"{result.Output}{result.Error}"));
        return result.Output;
    }
}
