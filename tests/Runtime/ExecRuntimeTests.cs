using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Exec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

[UnsupportedOSPlatform("windows")]
public sealed class ExecRuntimeTests : IDisposable
{
    private readonly ExecRuntime _runtime = new(new ExecOptions { OutputLimit = 10_000, KillAfter = TimeSpan.FromSeconds(1) }, TimeProvider.System);
    private readonly FakeChannel _channel = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly WorkRoot _work = new(Path.GetTempPath());

    public void Dispose()
    {
        _cancel.Dispose();
        _runtime.Dispose();
        _work.Dispose();
    }

    [Fact]
    public async Task A_command_gets_its_arguments_as_text_and_returns_its_output()
    {
        var result = await ResultAsync(Command("printf", "%s|", "a b", "$HOME", "*", 42, true, new { x = 1 }));

        result.GetProperty("exitCode").GetInt32().ShouldBe(0);
        result.GetProperty("output").GetString().ShouldBe("""a b|$HOME|*|42|true|{"x":1}|""");
        result.GetProperty("error").GetString().ShouldBe("");
        result.GetProperty("truncated").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"raw text\"", "raw text")]
    [InlineData("""{"a": [1, 2]}""", """{"a": [1, 2]}""")]
    [InlineData(null, "")]
    public async Task The_input_stands_on_the_standard_input(string? input, string seen)
    {
        var command = Command("cat");
        command = command with { Spec = command.Spec with { Input = input is null ? null : JsonDocument.Parse(input).RootElement } };

        (await ResultAsync(command)).GetProperty("output").GetString().ShouldBe(seen);
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_ends_all_the_same()
    {
        var command = Command("true");
        command = command with { Spec = command.Spec with { Input = JsonSerializer.SerializeToElement(new string('x', 1_000_000)) } };

        (await RunAsync(command)).ShouldBeOfType<RunOutcome.Completed>();
    }

    [Fact]
    public async Task A_command_sees_its_environment_and_nothing_of_the_nodes()
    {
        System.Environment.SetEnvironmentVariable("MUSTER_TEST_SECRET", "key");
        var command = Command("env");
        command = command with
        {
            Attempt = 2,
            Spec = command.Spec with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("GREETING", "hello world").Add("MUSTER_ATTEMPT", "9"), TraceParent = "00-abc-def-01" },
        };

        var names = (await ResultAsync(command)).GetProperty("output").GetString()!.TrimEnd('\n').Split('\n');

        names.ShouldContain("GREETING=hello world");
        names.ShouldContain("MUSTER_PROCESS_ID=p");
        names.ShouldContain("MUSTER_NAMESPACE=default");
        names.ShouldContain("MUSTER_ATTEMPT=2");
        names.ShouldContain("TRACEPARENT=00-abc-def-01");
        names.Select(n => n.Split('=')[0]).Order().ShouldBe(["GREETING", "HOME", "LANG", "MUSTER_ATTEMPT", "MUSTER_NAMESPACE", "MUSTER_PROCESS_ID", "PATH", "TMPDIR", "TRACEPARENT"]);
    }

    [Fact]
    public async Task A_command_runs_in_an_empty_folder_of_its_own()
    {
        var command = Shell("pwd; ls -A | wc -l; touch left-behind");

        var lines = (await ResultAsync(command)).GetProperty("output").GetString()!.Split('\n');

        lines[0].ShouldBe(command.Folder.Path);
        lines[1].Trim().ShouldBe("0");
        command.Folder.Remove().ShouldBeTrue();
        Directory.Exists(lines[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task An_exit_code_other_than_zero_fails_and_names_the_last_line_of_the_standard_error()
    {
        var failed = (await RunAsync(Shell("echo first >&2; echo last >&2; echo >&2; exit 7"))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Error.ShouldBe("The command ended with exit code 7: last");
        failed.Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_final_exit_code_is_not_retried()
    {
        var command = Shell("exit 7");
        command = command with { Spec = command.Spec with { FinalExitCodes = [3, 7] } };

        (await RunAsync(command)).ShouldBeOfType<RunOutcome.Failed>().Retryable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_command_that_a_signal_ended_failed()
    {
        var failed = (await RunAsync(Shell("kill -KILL $$"))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Error.ShouldBe("The command ended with exit code 137 (signal 9).");
        failed.Retryable.ShouldBeTrue();
    }

    [Theory]
    [InlineData("no-such-command-anywhere", "There is no command")]
    [InlineData("/no/such/file", "There is no command")]
    [InlineData("/etc/passwd", "not executable")]
    [InlineData("", "names no command")]
    public async Task A_command_that_is_not_there_fails_for_good(string command, string why)
    {
        var failed = (await RunAsync(Command(command))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Retryable.ShouldBeFalse();
        failed.Error.ShouldContain(why);
    }

    [Fact]
    public async Task A_file_that_is_no_program_fails_for_good()
    {
        var command = Command("placeholder");
        var file = Path.Combine(command.Folder.Path, "program");
        await File.WriteAllTextAsync(file, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var failed = (await RunAsync(command with { Spec = command.Spec with { Func = file } })).ShouldBeOfType<RunOutcome.Failed>();

        failed.Retryable.ShouldBeFalse();
        failed.Error.ShouldContain("could not be started");
    }

    [Fact]
    public async Task A_variable_that_cannot_be_set_fails_for_good()
    {
        var command = Command("true");

        (await RunAsync(command with { Spec = command.Spec with { Env = command.Spec.Env.Add("A=B", "x") } })).ShouldBeOfType<RunOutcome.Failed>().Retryable.ShouldBeFalse();
    }

    [Fact]
    public async Task Both_streams_go_to_the_log_line_by_line()
    {
        await RunAsync(Shell("echo one; echo two >&2; printf 'three\\r\\n\\nfour'"));

        _channel.Lines.Where(l => l.Stream == "stdout").Select(l => l.Text).ShouldBe(["one", "three", "", "four"]);
        _channel.Lines.Where(l => l.Stream == "stderr").Select(l => l.Text).ShouldBe(["two"]);
    }

    [Fact]
    public async Task Lines_are_there_while_the_command_runs()
    {
        var run = RunAsync(Shell("echo ready; exec sleep 60"));

        await Until.TrueAsync(() => _channel.Lines.Contains(("stdout", "ready")), "the line came");

        run.IsCompleted.ShouldBeFalse();
        await _cancel.CancelAsync();
        await run;
    }

    [Fact]
    public async Task Output_above_the_limit_is_read_and_cut_with_a_note()
    {
        var result = await ResultAsync(Shell("head -c 500000 /dev/zero | tr '\\0' x; echo; echo end >&2"));

        var output = result.GetProperty("output").GetString()!;
        output.ShouldStartWith(new string('x', 10_000) + "\n[truncated: 10000 of 500001 bytes");
        result.GetProperty("truncated").GetBoolean().ShouldBeTrue();
        result.GetProperty("error").GetString().ShouldBe("end\n");
        _channel.Lines.Where(l => l.Stream == "stdout").Sum(l => l.Text.Length).ShouldBe(500_000);
        _channel.Lines.ShouldAllBe(l => l.Text.Length <= 16 * 1024);
    }

    [Fact]
    public async Task A_command_waits_when_the_log_has_no_room()
    {
        var room = new TaskCompletionSource();
        _channel.Room = room.Task;
        var run = RunAsync(Shell("head -c 3000000 /dev/zero | tr '\\0' '\\n'"));
        await Until.TrueAsync(() => _channel.Lines.Count > 0, "something came");

        run.IsCompleted.ShouldBeFalse();
        room.SetResult();

        (await run).ShouldBeOfType<RunOutcome.Completed>();
        _channel.Lines.Count.ShouldBe(3_000_000);
    }

    [Fact]
    public async Task Cancelling_ends_the_command()
    {
        var run = RunAsync(Shell("echo $$; exec sleep 60"));
        var process = await PidAsync();

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
        IsRunning(process).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_ends_grandchildren_too()
    {
        var run = RunAsync(Shell("sh -c 'sleep 60 & echo $!; wait' & wait"));
        var grandchild = await PidAsync();
        IsRunning(grandchild).ShouldBeTrue();

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
        IsRunning(grandchild).ShouldBeFalse();
    }

    [Fact]
    public async Task A_command_gets_time_to_end_itself()
    {
        var run = RunAsync(Shell("trap 'echo cleaned; exit 0' TERM; echo $$; while :; do sleep 0.05; done"));
        await PidAsync();

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>("it did not do what it was asked, whatever it says at its end");
        _channel.Lines.ShouldContain(("stdout", "cleaned"));
    }

    [Fact]
    public async Task A_command_that_ignores_the_request_is_killed()
    {
        var run = RunAsync(Shell("trap '' TERM; echo $$; while :; do sleep 0.05; done"));
        var process = await PidAsync();

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
        IsRunning(process).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_command_leaves_running_ends_with_it()
    {
        var run = RunAsync(Shell("sleep 60 & echo $!"));

        (await run).ShouldBeOfType<RunOutcome.Completed>();
        IsRunning(await PidAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_child_that_left_the_group_does_not_hold_the_attempt()
    {
        var result = await ResultAsync(Shell("setsid sleep 30 & echo $!"));

        result.GetProperty("exitCode").GetInt32().ShouldBe(0);
        using var left = System.Diagnostics.Process.GetProcessById(await PidAsync());
        left.Kill();
    }

    [Fact]
    public async Task A_cancelled_attempt_starts_nothing()
    {
        await _cancel.CancelAsync();

        (await RunAsync(Shell("echo started"))).ShouldBeOfType<RunOutcome.Cancelled>();
        _channel.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Output_that_is_no_text_is_kept_as_far_as_it_can_be()
    {
        var result = await ResultAsync(Shell("printf 'a\\000\\377b'"));

        result.GetProperty("output").GetString().ShouldBe("a\uFFFD\uFFFDb");
    }

    [Fact]
    public async Task A_result_fits_into_a_message_whatever_it_holds()
    {
        using var runtime = new ExecRuntime(new ExecOptions(), TimeProvider.System);

        var outcome = await runtime.RunAsync(Shell("head -c 1100000 /dev/zero | tr '\\0' '\\001'"), _channel, _cancel.Token);

        var result = outcome.ShouldBeOfType<RunOutcome.Completed>().Result!.Value;
        result.GetProperty("truncated").GetBoolean().ShouldBeTrue();
        JsonSerializer.SerializeToUtf8Bytes(result).Length.ShouldBeInRange(1_000_000, 1_750_000);
    }

    private static bool IsRunning(int process)
    {
        // A zombie has ended; nobody may be there to read its exit code.
        var stat = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat";
        try
        {
            return File.Exists(stat) && File.ReadAllText(stat).Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<int> PidAsync()
    {
        await Until.TrueAsync(() => _channel.Lines.Any(l => l.Stream == "stdout"), "the command said its id");
        return int.Parse(_channel.Lines.First(l => l.Stream == "stdout").Text, CultureInfo.InvariantCulture);
    }

    private RunRequest Shell(string script) => Command("sh", "-c", script);

    private RunRequest Command(string command, params object[] arguments)
    {
        var process = new ProcessId("default", "p");
        return new RunRequest
        {
            Process = process,
            Attempt = 1,
            Spec = new ProcessSpec { Queue = "default", Func = command, Args = [.. arguments.Select(a => JsonSerializer.SerializeToElement(a))] },
            Folder = _work.For(process, 1),
        };
    }

    private Task<RunOutcome> RunAsync(RunRequest request) => _runtime.RunAsync(request, _channel, _cancel.Token);

    private async Task<JsonElement> ResultAsync(RunRequest request) => (await RunAsync(request)).ShouldBeOfType<RunOutcome.Completed>().Result!.Value;
}
