using System.Globalization;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Shared;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _runner.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Lines_input_environment_folder_and_exit_code()
    {
        var lines = new List<string>();
        var end = await Run("cat; echo; echo $WORD; pwd; echo bad >&2; exit 3", r => r with
        {
            Input = "given",
            Environment = new Dictionary<string, string> { ["WORD"] = "w" },
            Folder = _folder.Path,
            Line = (line, isError) => { lock (lines) { lines.Add((isError ? "!" : "") + line); } },
        });
        end.ShouldBe(new CommandEnd.Exited(3, $"given\nw\n{_folder.Path}\n", "bad\n", "bad"));
        lines.ShouldBe(["given", "w", _folder.Path, "!bad"], ignoreOrder: true);
    }

    [Fact]
    public async Task Cancelling_ends_a_command_with_all_that_it_started_also_when_it_does_not_listen()
    {
        using var cancel = new CancellationTokenSource();
        var run = Run($"trap '' TERM; sleep 1000 & echo $! > {_folder.File("child")}; wait; sleep 1000", r => r with { KillAfter = TimeSpan.FromMilliseconds(100) }, cancel.Token);
        var child = int.Parse(await Eventually.SeeAsync(() => File.ReadAllTextAsync(_folder.File("child")), t => t.EndsWith('\n')), CultureInfo.InvariantCulture);
        await cancel.CancelAsync();
        (await run).ShouldBe(new CommandEnd.Cancelled());
        await Eventually.Holds(() => !Lives(child), "the child has ended");
    }

    [Fact]
    public async Task A_command_that_is_silent_for_too_long_is_ended() =>
        (await Run("echo one; sleep 1000", r => r with { SilenceLimit = TimeSpan.FromMilliseconds(200) })).ShouldBe(new CommandEnd.Silent());

    [Fact]
    public async Task A_program_that_does_not_exist_is_not_started() =>
        (await _runner.RunAsync(new CommandRequest("no-such-program", []), default)).ShouldBeOfType<CommandEnd.NotStarted>().Reason.ShouldContain("no-such-program");

    [Fact]
    public async Task What_left_the_group_holds_up_nobody()
    {
        var end = await Run($"setsid sh -c 'echo $$ > {_folder.File("daemon")}; exec sleep 1000' & while [ ! -s {_folder.File("daemon")} ]; do :; done; echo done", r => r);
        end.ShouldBeOfType<CommandEnd.Exited>().Output.ShouldBe("done\n");
        using var kill = System.Diagnostics.Process.Start("kill", ["-9", (await File.ReadAllTextAsync(_folder.File("daemon"))).Trim()]);
        await kill.WaitForExitAsync();
    }

    private static bool Lives(int id) => File.Exists($"/proc/{id}/stat") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);

    private Task<CommandEnd> Run(string script, Func<CommandRequest, CommandRequest> with, CancellationToken cancelled = default) =>
        _runner.RunAsync(with(new CommandRequest("sh", ["-c", script])), cancelled);
}
