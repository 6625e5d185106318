using System.Diagnostics;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>Streams go on until they are ended.</summary>
[Collection(CliCollection.Name)]
public sealed class StreamTests(ClusterFixture cluster)
{
    [Theory]
    [InlineData("up akka.tcp", "cluster", "tail")]
    [InlineData("stream-told submitted", "events", "--after", "0")]
    public async Task Ctrl_C_ends_a_stream_cleanly(string expected, params string[] arguments)
    {
        await cluster.Api.PostAsync("/v1/processes", """{"id":"stream-told","queue":"stream-told","func":"f"}""");
        using var tool = Tool.Start(cluster.Folder.Path, cluster.Variables, arguments);
        var seen = "";
        while (await tool.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience) is { } line)
        {
            seen += line;
            if (seen.Contains(expected, StringComparison.Ordinal))
            {
                break;
            }
        }

        seen.ShouldContain(expected);
        using var kill = Process.Start("kill", ["-INT", tool.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await tool.WaitForExitAsync().WaitAsync(Eventually.Patience);
        tool.ExitCode.ShouldBe(0);
        (await tool.StandardError.ReadToEndAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Logs_are_followed_until_the_process_has_ended()
    {
        await cluster.Api.SubmitAsync("""{"id":"stream-logs","runtime":"exec","func":"sh","args":["-c","echo one; sleep 0.5; echo two"]}""");
        var result = await cluster.RunAsync("logs", "-f", "stream-logs");
        (result.Exit, result.Output, result.Error).ShouldBe((0, "one\ntwo\n", ""));
    }
}
