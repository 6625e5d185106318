using System.IO.Compression;
using System.Runtime.Versioning;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime.Instances;

[SupportedOSPlatform("linux")]
public sealed class InstancePythonTests : InstanceTest
{
    [Fact]
    public async Task A_function_gets_the_input_and_its_value_is_the_result()
    {
        var runtime = await ReadyAsync(Python("""
            def process(message):
                return {"twice": message["n"] * 2, "text": "käse"}
            """));

        ResultOf(await RunAsync(runtime, "a", """{"n": 21}""")).ShouldBe("""{"twice":42,"text":"käse"}""");
        Status("p-1").State.ShouldBe(InstanceState.Healthy);
    }

    [Fact]
    public async Task A_function_with_two_parameters_gets_the_context_too()
    {
        var runtime = await ReadyAsync(Python("""
            import os
            async def handle(message, context):
                context.progress(0.5, "half")
                context.save_checkpoint({"at": 3})
                return [context.process_id, context.attempt, context.namespace, os.environ["MUSTER_PROCESS_ID"], os.environ["MUSTER_INSTANCE"]]
            """, entry: "worker:handle"));
        var channel = new FakeChannel();

        ResultOf(await RunAsync(runtime, "a", channel: channel)).ShouldBe("""["a",1,"default","a","p-1"]""");
        channel.Progresses.ShouldBe([(0.5, "half")]);
        channel.Checkpoints.Single().GetRawText().ShouldBe("""{"at": 3}""");
    }

    [Fact]
    public async Task What_it_prints_and_logs_are_log_lines_of_its_process()
    {
        var runtime = await ReadyAsync(Python("""
            import logging, sys
            def process(n):
                print("out", n)
                print("err", file=sys.stderr)
                logging.getLogger("mine").info("said\ntwice")
                print("no end", end="")
            """));
        var channel = new FakeChannel();

        ResultOf(await RunAsync(runtime, "a", "1", channel)).ShouldBe("nothing");

        channel.Lines.ShouldBe([("stdout", "out 1"), ("stderr", "err"), ("log", "INFO mine: said"), ("log", "twice"), ("stdout", "no end")]);
    }

    [Fact]
    public async Task A_failure_names_the_line_in_the_code()
    {
        var runtime = await ReadyAsync(Python("""
            def inner(x):
                return 1 / x

            def process(x):
                return inner(x)
            """));

        var outcome = await RunAsync(runtime, "a", "0");

        ErrorOf(outcome).ShouldBe("""
            ZeroDivisionError: division by zero (main.py, line 2, in inner)
              main.py, line 5, in process
                return inner(x)
              main.py, line 2, in inner
                return 1 / x
            """);
        ((RunOutcome.Failed)outcome).Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task An_exception_can_say_that_it_is_of_no_use_to_try_again()
    {
        var runtime = await ReadyAsync(Python("""
            class Wrong(Exception):
                retryable = False
            def process(x):
                raise Wrong("never")
            """));

        ((RunOutcome.Failed)await RunAsync(runtime, "a")).Retryable.ShouldBeFalse();
    }

    [Theory]
    [InlineData("def process(:\n", "SyntaxError: invalid syntax (main.py, line 1)")]
    [InlineData("import nothing_there\n", "ModuleNotFoundError: No module named 'nothing_there' (main.py, line 1, in <module>)")]
    [InlineData("def other(m): pass\n", "LookupError: The module 'main' has no function 'process'. Functions there: other.")]
    [InlineData("import os\nos._exit(3)\n", "The process that loads the code ended with exit code 3.")]
    [InlineData("raise SystemExit(2)\n", "The function ended the program: exit(2) (main.py, line 1, in <module>)")]
    public async Task Code_that_cannot_be_loaded_makes_the_instance_unhealthy_with_the_reason(string code, string reason)
    {
        await Host.StartAsync(Python(code));

        var status = await IsAsync("p-1", InstanceState.Unhealthy);

        status.Reason.ShouldBe(reason);
        Pools.Begun.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("return {1, 2}", "The function returned what is no JSON: Object of type set is not JSON serializable")]
    [InlineData("return float('nan')", "The function returned what is no JSON: Out of range float values are not JSON compliant")]
    [InlineData("return 'x' * 2_000_000", "The result has 2000002 bytes of JSON, and at most 1048576 can be kept. Put it into a file and return its name.")]
    [InlineData("return '\\ud800'", "The function returned what is no JSON: 'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed")]
    [InlineData("x = []\n    for _ in range(200): x = [x]\n    return x", "The result is nested deeper than 60 levels.")]
    public async Task A_result_that_cannot_be_kept_is_a_failure_for_good(string body, string error)
    {
        var runtime = await ReadyAsync(Python($"def process(m):\n    {body}\n"));

        var failed = (RunOutcome.Failed)await RunAsync(runtime, "a");

        failed.Error.ShouldBe(error);
        failed.Retryable.ShouldBeFalse();
        ResultOf(await RunAsync(await ReadyAsync(Python("def process(m): return m", "p-2")), "b", "1")).ShouldBe("1");
    }

    [Theory]
    [InlineData("import sys; sys.exit(4)", "The function ended the program: exit(4) (main.py, line 3, in process)")]
    [InlineData("import os; os._exit(5)", "The process of the slot ended with exit code 5.")]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "The process of the slot was ended by signal 9, as the system does when memory runs out.")]
    [InlineData("import ctypes; ctypes.string_at(0)", "The process of the slot was ended by signal 11.")]
    public async Task Code_that_ends_its_process_fails_its_attempt_and_the_next_runs(string body, string error)
    {
        var runtime = await ReadyAsync(Python($"def process(m):\n    if m == 'go on': return 'well'\n    {body}\n"));

        ErrorOf(await RunAsync(runtime, "a", "1")).Split('\n')[0].ShouldBe(error);

        ResultOf(await RunAsync(runtime, "b", "\"go on\"")).ShouldBe("\"well\"");
        Status("p-1").State.ShouldBe(InstanceState.Healthy);
    }

    [Fact]
    public async Task More_memory_than_the_limit_fails_the_attempt_and_not_the_node()
    {
        var runtime = await ReadyAsync(Python("""
            def process(m):
                return len(bytearray(m * 1024 * 1024))
            """) with
        { Limits = new InstanceLimits { Memory = 96 * 1024 * 1024 } });

        ErrorOf(await RunAsync(runtime, "a", "300")).ShouldStartWith("MemoryError (main.py, line 2, in process)");
        ResultOf(await RunAsync(runtime, "b", "1")).ShouldBe("1048576");
    }

    [Theory]
    [InlineData("while True: pass", true)]
    [InlineData("import time\n    while True:\n        try: time.sleep(9)\n        except BaseException: pass", false)]
    public async Task A_loop_without_end_ends_when_it_is_cancelled(string body, bool gently)
    {
        var runtime = await ReadyAsync(Python($"def process(m):\n    if m: return m\n    print('begun')\n    {body}\n"));
        using var cancel = new CancellationTokenSource();
        var channel = new FakeChannel();
        var start = TimeProvider.System.GetTimestamp();
        var running = RunAsync(runtime, "a", null, channel, cancel.Token);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");

        await cancel.CancelAsync();

        (await running).ShouldBe(RunOutcome.Cancelled.Instance);
        if (!gently)
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(1_490));
        }

        ResultOf(await RunAsync(runtime, "b", "7")).ShouldBe("7");
        Status("p-1").State.ShouldBe(InstanceState.Healthy);
    }

    [Fact]
    public async Task What_a_cancelled_function_started_ends_with_it()
    {
        var runtime = await ReadyAsync(Python("""
            import subprocess
            def process(m):
                child = subprocess.Popen(["sleep", "300"])
                print(child.pid)
                child.wait()
            """));
        using var cancel = new CancellationTokenSource();
        var channel = new FakeChannel();
        var running = RunAsync(runtime, "a", null, channel, cancel.Token);
        await Until.TrueAsync(() => channel.Lines.Count > 0, "it runs");
        var child = Number(channel.Lines[0].Text);

        await cancel.CancelAsync();

        await running;
        await Until.TrueAsync(() => !IsRunning(child), "the child has ended");
    }

    [Fact]
    public async Task Megabytes_of_prints_come_as_bounded_lines_and_the_result_behind_them()
    {
        var runtime = await ReadyAsync(Python("""
            def process(m):
                for i in range(20_000):
                    print("x" * 99)
                print("y" * 1_000_000)
                return "done"
            """));
        var channel = new FakeChannel();

        ResultOf(await RunAsync(runtime, "a", channel: channel)).ShouldBe("\"done\"");

        channel.Lines.Count.ShouldBeGreaterThan(20_000 + 61);
        channel.Lines.ShouldAllBe(l => l.Text.Length <= 16 * 1024);
        channel.Lines.Sum(l => l.Text.Length).ShouldBe((20_000 * 99) + 1_000_000);
    }

    [Fact]
    public async Task Every_slot_runs_at_once_in_a_process_of_its_own()
    {
        var runtime = await ReadyAsync(Python("""
            import os, time
            def process(m):
                open(f"seen-{m}", "w").close()
                while not all(os.path.exists(f"seen-{i}") for i in range(3)):
                    time.sleep(0.005)
                return os.getpid()
            """, slots: 3));

        var pids = await Task.WhenAll(Enumerable.Range(0, 3).Select(async i => ResultOf(await RunAsync(runtime, $"a{i}", $"{i}"))));

        pids.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Code_can_be_a_zip_with_several_modules()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in new[] { ("app/__init__.py", ""), ("app/handler.py", "from app.other import word\ndef run(m): return word + m\n"), ("app/other.py", "word = 'hello '\n") })
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        var runtime = await ReadyAsync(Python("", entry: "app.handler:run") with { Code = zip.ToArray() });

        ResultOf(await RunAsync(runtime, "a", "\"you\"")).ShouldBe("\"hello you\"");
    }

    [Theory]
    [InlineData("../outside.py", "lies outside of its folder")]
    [InlineData(null, "The code cannot be unpacked")]
    public async Task A_zip_that_is_damaged_or_reaches_outside_is_refused(string? name, string reason)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry(name ?? "main.py");
        }

        var code = zip.ToArray();
        var status = await Host.StartAsync(Python("") with { Code = name is null ? code[..^9] : code });

        status.State.ShouldBe(InstanceState.Exited);
        status.Reason!.ShouldContain(reason);
    }

    internal override InstanceHostOptions Options() => base.Options() with { CancelWithin = TimeSpan.FromSeconds(3) };
}
