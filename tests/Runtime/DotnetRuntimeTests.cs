using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Muster.Client.Handlers;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Dotnet;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class DotnetRuntimeTests : IDisposable
{
    private readonly HandlerRegistry _handlers = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeChannel _channel = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly WorkRoot _work = new(Path.GetTempPath());

    public void Dispose()
    {
        _cancel.Dispose();
        _work.Dispose();
    }

    [Fact]
    public async Task A_handler_gets_what_was_submitted_and_its_result_is_the_result()
    {
        IProcessContext? seen = null;
        _handlers.Add("f", context =>
        {
            seen = context;
            return Task.FromResult<JsonElement?>(Json("""{"ok": true}"""));
        });
        var request = Request("f") with { Attempt = 3, Checkpoint = Json("7") };

        var outcome = await RunAsync(request with
        {
            Spec = request.Spec with { Args = [Json("1")], Kwargs = request.Spec.Kwargs.Add("k", Json("2")), Input = Json("3"), Env = request.Spec.Env.Add("E", "x"), TraceParent = "00-trace" },
        });

        outcome.ShouldBeOfType<RunOutcome.Completed>().Result!.Value.GetProperty("ok").GetBoolean().ShouldBeTrue();
        seen.ShouldNotBeNull();
        (seen.Namespace, seen.ProcessId, seen.Attempt, seen.Func, seen.TraceParent).ShouldBe(("default", "p", 3, "f", "00-trace"));
        seen.Args.Single().GetInt32().ShouldBe(1);
        seen.Kwargs["k"].GetInt32().ShouldBe(2);
        seen.Input!.Value.GetInt32().ShouldBe(3);
        seen.Env["E"].ShouldBe("x");
        seen.Checkpoint!.Value.GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task An_unknown_function_fails_for_good_and_says_which_there_are()
    {
        _handlers.Add("known", _ => Task.FromResult<JsonElement?>(null));

        var failed = (await RunAsync(Request("unknown"))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Retryable.ShouldBeFalse();
        failed.Error.ShouldContain("'unknown'");
        failed.Error.ShouldContain("known");
    }

    [Fact]
    public async Task An_exception_fails_to_be_retried_and_stands_in_the_log()
    {
        _handlers.Add("f", _ => throw new InvalidOperationException("It broke."));

        var failed = (await RunAsync(Request("f"))).ShouldBeOfType<RunOutcome.Failed>();

        failed.Retryable.ShouldBeTrue();
        failed.Error.ShouldBe("InvalidOperationException: It broke.");
        _channel.Lines.ShouldContain(l => l.Stream == "stderr" && l.Text.Contains("It broke."));
    }

    [Fact]
    public async Task A_final_failure_is_not_retried()
    {
        _handlers.Add("f", async _ =>
        {
            await Task.Yield();
            throw new FinalFailureException("Never.");
        });

        (await RunAsync(Request("f"))).ShouldBe(new RunOutcome.Failed("Never.", Retryable: false));
    }

    [Fact]
    public async Task A_handler_that_hears_its_cancellation_is_cancelled()
    {
        _handlers.Add("f", async context =>
        {
            await Task.Delay(Timeout.Infinite, context.Cancelled);
            return null;
        });
        var run = RunAsync(Request("f"));

        await _cancel.CancelAsync();

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
    }

    [Fact]
    public async Task A_handler_that_gives_up_without_being_cancelled_has_failed()
    {
        _handlers.Add("f", _ => throw new TaskCanceledException("The request timed out."));

        (await RunAsync(Request("f"))).ShouldBeOfType<RunOutcome.Failed>().Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_handler_that_finishes_within_its_grace_counts()
    {
        var end = new TaskCompletionSource<JsonElement?>();
        _handlers.Add("f", _ => end.Task);
        var run = RunAsync(Request("f"));
        await _cancel.CancelAsync();
        _clock.Advance(DotnetRuntime.Grace / 2);

        end.SetResult(Json("1"));

        (await run).ShouldBeOfType<RunOutcome.Completed>();
    }

    [Fact]
    public async Task A_handler_that_ignores_its_cancellation_is_left_alone_and_not_heard_any_more()
    {
        var end = new TaskCompletionSource();
        var late = new TaskCompletionSource();
        _handlers.Add("f", async context =>
        {
            await end.Task;
            context.Log("late");
            context.Progress(1);
            late.SetResult();
            return Json("1");
        });
        var run = RunAsync(Request("f"));
        await _cancel.CancelAsync();
        while (!run.IsCompleted)
        {
            await Task.Yield();
            _clock.Advance(DotnetRuntime.Grace / 10);
        }

        (await run).ShouldBeOfType<RunOutcome.Cancelled>();
        end.SetResult();
        await late.Task;
        _channel.Lines.ShouldBeEmpty();
        _channel.Progresses.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_that_blocks_does_not_block_who_started_it()
    {
        using var blocked = new ManualResetEventSlim();
        _handlers.Add("f", _ =>
        {
            blocked.Wait();
            return Task.FromResult<JsonElement?>(null);
        });

        var run = RunAsync(Request("f"));

        run.IsCompleted.ShouldBeFalse();
        blocked.Set();
        (await run).ShouldBeOfType<RunOutcome.Completed>();
    }

    [Fact]
    public async Task The_working_folder_exists_only_for_handlers_that_ask_for_it()
    {
        string? folder = null;
        _handlers.Add("asks", async context =>
        {
            folder = context.WorkingFolder;
            Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
            await File.WriteAllTextAsync(Path.Combine(folder, "f"), "x");
            return null;
        });
        _handlers.Add("does not", _ => Task.FromResult<JsonElement?>(null));
        var made = 0;
        var unused = new AttemptFolder(() =>
        {
            made++;
            return Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        });

        await RunAsync(Request("does not") with { Folder = unused });
        var request = Request("asks");
        (await RunAsync(request)).ShouldBeOfType<RunOutcome.Completed>();

        made.ShouldBe(0);
        File.Exists(Path.Combine(folder!, "f")).ShouldBeTrue();
        request.Folder.Remove().ShouldBeTrue();
        Directory.Exists(folder).ShouldBeFalse();
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private RunRequest Request(string func)
    {
        var process = new ProcessId("default", "p");
        return new RunRequest { Process = process, Attempt = 1, Spec = new ProcessSpec { Queue = "default", Func = func }, Folder = _work.For(process, 1) };
    }

    private Task<RunOutcome> RunAsync(RunRequest request) => new DotnetRuntime(_handlers, _clock).RunAsync(request, _channel, _cancel.Token);
}
