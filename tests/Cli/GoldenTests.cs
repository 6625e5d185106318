using System.Runtime.CompilerServices;
using Muster.Cli;
using Muster.Cli.Docs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>What the verbs print, compared with golden files. Write them anew with MUSTER_WRITE_GOLDEN=1, and read the difference.</summary>
[Collection(CliCollection.Name)]
public sealed class GoldenTests(ClusterFixture cluster)
{
    /// <summary>Verbs that no golden file can hold, because their output differs or they end something; each has a test of its own.</summary>
    private static readonly string[] Apart = ["cluster tail", "cluster leave", "remote associations", "log tail", "log peek", "log level", "uptime", "nodes list", "nodes drain", "nodes undrain", "version", "events", "debug bundle", "up", "keys create", "keys revoke", "keys list", "doctor", "completion bash", "completion zsh"];

    private static bool IsWriting => Environment.GetEnvironmentVariable("MUSTER_WRITE_GOLDEN") == "1";

    [Theory]
    [InlineData("cluster")]
    [InlineData("processes")]
    [InlineData("bulk")]
    [InlineData("queues")]
    [InlineData("others")]
    [InlineData("wrong")]
    public async Task A_transcript_is_played_as_it_stands(string name)
    {
        await PrepareAsync();
        var file = Path.Combine(Folder(), $"{name}.txt");
        var golden = await File.ReadAllTextAsync(file);
        var played = await Transcript.PlayAsync(golden, cluster);
        if (IsWriting)
        {
            await File.WriteAllTextAsync(file, played);
        }
        else
        {
            played.ShouldBe(golden);
        }
    }

    [Fact]
    public async Task Every_verb_stands_in_a_transcript_or_has_a_test_of_its_own()
    {
        var all = "";
        foreach (var file in Directory.GetFiles(Folder(), "*.txt"))
        {
            all += await File.ReadAllTextAsync(file);
        }

        using var session = new Session(Target.Parse("127.0.0.1:1")!, null);
        ReferencePage.Verbs(Verbs.Create(session), "").Select(v => v.Path).Except(Apart).Where(v => !all.Contains($"$ muster {v}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    // Files that commands of the transcripts read.
    private async Task PrepareAsync()
    {
        await WriteAsync("many.json", """[{"id":"many-1","queue":"golden-many","func":"f"},{"id":"many-2","queue":"golden-many","func":"f","labels":{"env":"prod"}},{"id":"bad id","func":"f"}]""");
        await WriteAsync("lines.ndjson", "{\"id\":\"line-1\",\"queue\":\"golden-lines\",\"func\":\"f\"}\n{\"id\":\"line-2\",\"queue\":\"golden-lines\",\"func\":\"f\"}\n");
        await WriteAsync("broken.json", "{\"id\":");
        await WriteAsync("graph.json", """{"id":"golden-graph","nodes":[{"name":"a","queue":"golden-graph","func":"f"},{"name":"b","queue":"golden-graph","func":"g","after":["a"]}]}""");
        await WriteAsync("schedule.json", """{"cron":"0 3 * * *","process":{"queue":"golden-schedule","func":"f"}}""");
        await cluster.Api.PostAsync("/v1/executors", """{"id":"golden-worker","types":["cli"],"functions":["f"],"labels":{"name":"painter"}}""");

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(cluster.Folder.File(name), text);
    }
}
