using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>The interactive shell, on a pseudo-terminal.</summary>
[Collection(CliCollection.Name)]
public sealed class ShellTests(ClusterFixture cluster)
{
    private string Prompt => $"[{cluster.Gateway}] muster> ";

    [Fact]
    public async Task Verbs_are_completed_remembered_and_written_to_files()
    {
        var history = cluster.Folder.File("history");
        var result = await Terminal.PlayAsync(
            cluster, [cluster.Gateway],
            [
                ($"connected to {cluster.Gateway}", ""),
                (Prompt, "cluster sh\t"), ("cluster show ", "\r"), ("Count: 3 nodes", ""),
                // The one before, from the history.
                (Prompt, Terminal.Up), ("cluster show", "\r"), ("Count: 3 nodes", ""),
                (Prompt, "cluster d\t"), ("cluster down", Terminal.Interrupt),
                (Prompt, "cluster leader > leader.txt\r"),
                (Prompt, "nonsense\r"), ("There is no verb 'nonsense'", ""),
                (Prompt, "help queues\r"), ("Start processes of a queue again", ""),
                (Prompt, "ps \"\r"), ("A quote \" is not closed.", ""),
                (Prompt, "exit\r"),
            ],
            new Dictionary<string, string> { ["MUSTER_HISTORY"] = history });
        result.Exit.ShouldBe(0, result.Output + result.Error);
        (await File.ReadAllTextAsync(cluster.Folder.File("leader.txt"))).ShouldContain("akka.tcp://muster@127.0.0.1:");
        (await File.ReadAllLinesAsync(history)).ShouldContain("cluster leader > leader.txt");
        File.GetUnixFileMode(history).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Interrupting_a_stream_ends_it_and_not_the_shell()
    {
        var result = await Terminal.PlayAsync(
            cluster, [cluster.Gateway],
            [(Prompt, "cluster tail\r"), ("leader akka.tcp://", Terminal.Interrupt), (Prompt, "cluster status\r"), ("| up |", ""), (Prompt, Terminal.End)]);
        result.Exit.ShouldBe(0, result.Output + result.Error);
    }

    [Fact]
    public async Task Lines_from_a_pipe_are_run_without_a_prompt()
    {
        var result = await Tool.RunAsync(cluster.Folder.Path, cluster.Variables, [cluster.Gateway], "# a comment\nactor system\ncluster nonsense\n");
        (result.Exit, result.Output).ShouldBe((2, "akka://muster\n"));
        result.Error.ShouldContain("There is no verb 'nonsense'");
    }

    [Fact]
    public async Task A_terminal_gets_tables_with_heads_and_no_raw_control_characters()
    {
        await cluster.Api.SubmitAsync("""{"id":"shell-table","queue":"shell-table","name":"n","func":"evil\u001b[31m\u202efunc"}""");
        var result = await Terminal.PlayAsync(cluster, ["ps", "-q", "shell-table"], [("QUEUE", ""), ("shell-table", "")], width: 100);
        result.Exit.ShouldBe(0, result.Output + result.Error);
        result.Output.ShouldContain("\\u001b");
        result.Output.ShouldNotContain("\u001b[31m");
        result.Output.ShouldNotContain("\u202e");
    }
}
