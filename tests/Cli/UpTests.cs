using System.Diagnostics;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>A cluster that the tool itself starts, as a new user does.</summary>
public sealed class UpTests
{
    [Fact]
    public async Task A_cluster_comes_up_runs_what_is_submitted_and_ends_with_the_tool()
    {
        using var folder = new TestFolder();
        var variables = new Dictionary<string, string> { ["MUSTER_URL"] = $"127.0.0.1:{Ports.Free(1)[0]}", ["MUSTER_KEY"] = "", ["MUSTER_HISTORY"] = "" };
        using var up = Tool.Start(folder.Path, variables, ["up", "--", "--log-level", "warning", "--data", folder.File("data")]);
        try
        {
            await Eventually.SeeAsync(() => Tool.RunAsync(folder.Path, variables, ["cluster", "show"]), r => r.Exit == 0 && r.Output.Contains("| up |", StringComparison.Ordinal), 60);
            var ran = await Tool.RunAsync(folder.Path, variables, ["submit", "-r", "exec", "--id", "hello", "--wait", "echo", "hello"]);
            (ran.Exit, ran.Error).ShouldBe((0, ""), ran.Output);
            ran.Output.ShouldContain("status\tsucceeded\n");
            (await Tool.RunAsync(folder.Path, variables, ["logs", "hello"])).Exit.ShouldBe(0);
            (await Tool.RunAsync(folder.Path, variables, ["keys", "list", "--json"])).Output.ShouldContain("\"items\": []");
        }
        finally
        {
            using var kill = Process.Start("kill", ["-INT", up.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        await up.WaitForExitAsync().WaitAsync(Eventually.Patience);
        up.ExitCode.ShouldBe(0);
        File.Exists(folder.File("data/muster.db")).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_has_no_seed_program_is_told_how_to_name_it()
    {
        using var folder = new TestFolder();
        var result = await Tool.RunAsync(folder.Path, new Dictionary<string, string>(), ["up", "--seed", "nowhere"]);
        (result.Exit, result.Error.Trim()).ShouldBe((2, "There is no program nowhere."));
    }
}
