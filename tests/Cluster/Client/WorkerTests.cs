using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client;
using Muster.Client.Handlers;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>A worker of the library in a program of its own, at work for a real cluster.</summary>
public sealed class WorkerTests(TestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<TestClusterFixture>
{
    private static readonly RetryPolicy AtOnce = new() { Kind = RetryKind.Fixed, Delay = TimeSpan.Zero };

    [Fact]
    public async Task Handlers_of_every_form_run_with_their_input_and_give_their_result()
    {
        var heard = new ConcurrentQueue<string>();
        await using var worker = await WorkAsync(w =>
        {
            w.Services.AddScoped<Stamp>();
            w.Handle<Picture, Thumbnail>("typed", (picture, context) => Task.FromResult(new Thumbnail($"{picture.Name} {picture.Width} {context.Attempt}")))
                .Handle<Picture>("silent", (picture, _) =>
                {
                    heard.Enqueue(picture.Name);
                    return Task.CompletedTask;
                })
                .Handle("plain", context => Task.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(
                    $"{context.Namespace} {context.ProcessId} {context.Func} {context.Args.Count} {context.Kwargs["k"]} {context.Env["E"]}")))
                .Handle<StampHandler>("class");
        });

        (await RunAsync<Thumbnail>(In("typed", new Picture("cat.png", 200)))).ShouldBe(new Thumbnail("cat.png 200 1"));
        (await RunAsync<string>(In("silent", new Picture("dog.png", 1)))).ShouldBeNull();
        heard.ShouldBe(["dog.png"]);
        var id = Fresh("p");
        var plain = In("plain") with
        {
            Id = id,
            Args = [JsonSerializer.SerializeToElement(1)],
            Kwargs = new Dictionary<string, JsonElement> { ["k"] = JsonSerializer.SerializeToElement(7) },
            Env = new Dictionary<string, string> { ["E"] = "e" },
        };
        (await RunAsync<string>(plain)).ShouldBe($"default {id} plain 1 7 e");

        // An instance, and a scope, for each attempt.
        var stamps = new[] { await RunAsync<string>(In("class", "a")), await RunAsync<string>(In("class", "b")) };
        stamps.Select(s => s![..1]).ShouldBe(["a", "b"]);
        stamps.Select(s => s![1..]).Distinct().Count().ShouldBe(2);
        (await Client.ListAsync(new ProcessFilter { Queue = Queue }).AllAsync()).ShouldAllBe(p => p.Executor == worker.Executor);
    }

    [Fact]
    public async Task No_more_handlers_run_at_once_than_there_are_slots()
    {
        var gate = new TaskCompletionSource();
        var (running, most) = (0, 0);
        await using var worker = await WorkAsync(
            w => w.Handle("hold", async _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await gate.Task;
                Interlocked.Decrement(ref running);
                return null;
            }),
            o => o.Slots = 3);
        var ids = (await Client.SubmitManyAsync(Enumerable.Range(0, 10).Select(n => In("hold", n)))).Select(o => o.Id!).ToList();
        var queue = await Eventually.SeeAsync(() => Client.QueueAsync(Queue), q => q.Count(ProcessStatus.Running) >= 3 && Volatile.Read(ref running) == 3);
        (queue.Count(ProcessStatus.Running), queue.Count(ProcessStatus.Waiting)).ShouldBe((3, 7));
        gate.SetResult();
        foreach (var id in ids)
        {
            (await EndAsync(id)).Attempt.ShouldBe(1);
        }

        most.ShouldBe(3);
    }

    [Fact]
    public async Task Many_processes_run_once_each()
    {
        var runs = new ConcurrentDictionary<string, int>();
        await using var one = await WorkAsync(Count, o => o.Slots = 8);
        await using var two = await WorkAsync(Count, o => o.Slots = 8);
        var ids = (await Client.SubmitManyAsync(Enumerable.Range(0, 400).Select(n => In("count", n)))).Select(o => o.Id!).ToList();
        await Eventually.SeeAsync(() => Client.QueueAsync(Queue), q => q.Count(ProcessStatus.Succeeded) == ids.Count, 60);
        runs.Keys.Order().ShouldBe(ids.Order());
        runs.Values.ShouldAllBe(n => n == 1);

        void Count(Muster.Client.Worker.MusterWorkerBuilder w) => w.Handle<int, int>("count", (n, context) =>
        {
            runs.AddOrUpdate(context.ProcessId, 1, (_, before) => before + 1);
            return Task.FromResult(n);
        });
    }

    [Fact]
    public async Task Heartbeats_keep_an_attempt_far_longer_than_its_lease()
    {
        var lease = TimeSpan.FromSeconds(1.5);
        var done = new TaskCompletionSource();
        await using var worker = await WorkAsync(w => w.Handle("long", async context =>
        {
            await done.Task.WaitAsync(context.Cancelled);
            return null;
        }));
        var id = (await Client.SubmitAsync(In("long") with { Lease = lease, MaxRetries = 0 })).Id;
        await SeeAsync(id, p => p.Status.IsFinal() || (p.StartedAt is { } started && p.NextDeadline > started + (4 * lease)));
        done.SetResult();
        var ended = await EndAsync(id);
        (ended.Status, ended.Attempt).ShouldBe((ProcessStatus.Succeeded, 1), ended.Reason);
        (await StoryAsync(id)).ShouldBe("submitted assigned succeeded");
    }

    [Fact]
    public async Task A_cancellation_reaches_the_handler_and_frees_its_slot()
    {
        var stopped = new TaskCompletionSource<bool>();
        await using var worker = await WorkAsync(
            w => w.Handle("stay", async context =>
            {
                using var over = context.Cancelled.Register(() => stopped.TrySetResult(true));
                await Task.Delay(Timeout.Infinite, context.Cancelled);
                return null;
            }).Handle<int, int>("next", (n, _) => Task.FromResult(n)),
            o => o.Slots = 1);
        var id = (await Client.SubmitAsync(In("stay") with { Lease = TimeSpan.FromSeconds(3) })).Id;
        await UntilAsync(id, ProcessStatus.Running);
        await Client.CancelAsync(id, "enough");
        (await stopped.Task.InTimeAsync()).ShouldBeTrue();
        (await RunAsync<int>(In("next", 5))).ShouldBe(5);
        (await StoryAsync(id)).ShouldBe("submitted assigned attemptEnded cancelled");
    }

    [Fact]
    public async Task A_checkpoint_reaches_the_next_attempt()
    {
        await using var worker = await WorkAsync(w => w.Handle("rows", async context =>
        {
            if (context.Attempt == 1)
            {
                context.Checkpoint.ShouldBeNull();
                await context.CheckpointAsync(JsonSerializer.SerializeToElement(new { rows = 1 }));
                await context.CheckpointAsync(JsonSerializer.SerializeToElement(new { rows = 120 }));
                throw new InvalidOperationException("the disk is gone");
            }

            return context.Checkpoint;
        }));
        (await RunAsync<JsonElement>(In("rows") with { Retry = AtOnce })).ToString().ShouldBe("""{"rows":120}""");
    }

    [Fact]
    public async Task A_checkpoint_of_an_attempt_that_was_taken_back_reaches_the_next()
    {
        var id = (await Client.SubmitAsync(In("rows") with { MaxExec = TimeSpan.FromSeconds(1.5), Retry = AtOnce })).Id;
        await using var worker = await WorkAsync(w => w.Handle("rows", async context =>
        {
            if (context.Attempt == 1)
            {
                await context.CheckpointAsync(JsonSerializer.SerializeToElement(64));
                await Task.Delay(Timeout.Infinite, context.Cancelled);
            }

            return context.Checkpoint;
        }));
        var ended = await EndAsync(id);
        (ended.ResultAs<int>(), ended.Attempt, ended.Retries).ShouldBe((64, 2, 1));
    }

    [Fact]
    public async Task A_checkpoint_that_is_too_large_is_refused_in_the_handler()
    {
        await using var worker = await WorkAsync(w => w.Handle("rows", async context =>
        {
            await context.CheckpointAsync(JsonSerializer.SerializeToElement(new string('x', (64 * 1024) - 2)));
            var refused = await Should.ThrowAsync<ArgumentException>(() => context.CheckpointAsync(JsonSerializer.SerializeToElement(new string('x', 64 * 1024))));
            return JsonSerializer.SerializeToElement(refused.ParamName);
        }));
        (await RunAsync<string>(In("rows"))).ShouldBe("checkpoint");
    }

    [Fact]
    public async Task Progress_is_seen_while_the_handler_runs()
    {
        var seen = new TaskCompletionSource();
        await using var worker = await WorkAsync(w => w.Handle("slow", async context =>
        {
            context.Progress(0.25);
            context.Progress(0.5, "halfway");
            await seen.Task;
            context.Progress(1);
            return null;
        }));
        var id = (await Client.SubmitAsync(In("slow"))).Id;
        (await SeeAsync(id, p => p.ProgressText is not null)).Progress.ShouldBe(0.5);
        seen.SetResult();
        var ended = await EndAsync(id);
        (ended.Progress, ended.ProgressText).ShouldBe((1, "halfway"));
    }

    [Fact]
    public async Task Every_log_line_arrives_before_the_end_and_in_order()
    {
        await using var worker = await WorkAsync(w => w.Handle("write", context =>
        {
            for (var n = 0; n < 3_000; n++)
            {
                context.Log($"line {n} {new string('.', n % 100)}");
            }

            context.Log(new string('ü', 20_000), "stderr");
            return Task.FromResult<JsonElement?>(null);
        }));
        var id = (await Client.SubmitAsync(In("write"))).Id;
        await EndAsync(id);
        var lines = await Client.LogsAsync(id).AllAsync();
        lines.Select(l => l.Sequence).ShouldBe(Enumerable.Range(1, lines.Count).Select(n => (long)n));
        lines.Take(3_000).Select(l => l.Text).ShouldBe(Enumerable.Range(0, 3_000).Select(n => $"line {n} {new string('.', n % 100)}"));
        string.Concat(lines.Skip(3_000).Select(l => l.Text)).ShouldBe(new string('ü', 20_000));
    }

    [Fact]
    public async Task An_exception_is_retried_as_the_process_says()
    {
        await using var worker = await WorkAsync(w => w.Handle<int, int>("until", (n, context) =>
            context.Attempt < n ? throw new InvalidOperationException($"attempt {context.Attempt} is too early") : Task.FromResult(context.Attempt)));
        var id = (await Client.SubmitAsync(In("until", 3) with { Retry = AtOnce })).Id;
        var ended = await EndAsync(id);
        (ended.Status, ended.Attempt, ended.Retries, ended.ResultAs<int>()).ShouldBe((ProcessStatus.Succeeded, 3, 2, 3));
        (await Client.HistoryAsync(id)).Where(t => t.Event == "attemptEnded").Select(t => t.Reason).ShouldAllBe(r => r!.Contains("InvalidOperationException: attempt", StringComparison.Ordinal));
        (await Client.LogsAsync(id, attempt: 1).AllAsync()).ShouldContain(l => l.Stream == "stderr" && l.Text.Contains("too early", StringComparison.Ordinal));

        var failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => RunAsync<int>(In("until", 9) with { Retry = AtOnce, MaxRetries = 1 }));
        (failed.Process.Status, failed.Process.Attempt).ShouldBe((ProcessStatus.Failed, 2));
    }

    [Fact]
    public async Task A_final_failure_is_not_retried()
    {
        await using var worker = await WorkAsync(w => w
            .Handle("final", _ => throw new FinalFailureException("there is no such picture"))
            .Handle<Picture, string>("typed", (p, _) => Task.FromResult(p.Name)));
        var failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => RunAsync<int>(In("final") with { Retry = AtOnce, MaxRetries = 5 }));
        (failed.Process.Attempt, failed.Process.Reason).ShouldBe((1, "there is no such picture"));

        // Nor what cannot be read, which would not be another the next time.
        failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => RunAsync<int>(In("typed", "no picture") with { Retry = AtOnce, MaxRetries = 5 }));
        failed.Process.Attempt.ShouldBe(1);
        failed.Process.Reason.ShouldNotBeNull().ShouldContain("Picture");
    }

    [Fact]
    public async Task A_result_that_is_too_large_fails_the_process_and_says_so()
    {
        await using var worker = await WorkAsync(w => w.Handle<int, string>("large", (n, _) => Task.FromResult(new string('x', n))));
        (await RunAsync<string>(In("large", 1_000_000)))!.Length.ShouldBe(1_000_000);
        var failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => RunAsync<string>(In("large", 1_100_000)));
        failed.Process.Attempt.ShouldBe(1);
        failed.Process.Reason.ShouldNotBeNull().ShouldContain("The result was refused");
        (await RunAsync<string>(In("large", 1))).ShouldBe("x");
    }

    [Fact]
    public async Task The_trace_of_who_submits_reaches_the_handler()
    {
        var traces = new ConcurrentQueue<(string? Parent, string? Current)>();
        using var listener = new ActivityListener { ShouldListenTo = s => s.Name == "Muster.Client", Sample = (ref _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        await using var worker = await WorkAsync(w => w.Handle("traced", context =>
        {
            traces.Enqueue((context.TraceParent, Activity.Current?.TraceId.ToHexString()));
            return Task.FromResult<JsonElement?>(null);
        }));
        using var request = new Activity("a request").SetIdFormat(ActivityIdFormat.W3C).Start();
        await RunAsync<int>(In("traced"));
        var trace = request.TraceId.ToHexString();
        var (parent, current) = traces.ShouldHaveSingleItem();
        parent.ShouldNotBeNull().ShouldContain(trace);
        current.ShouldBe(trace);
    }

    [Fact]
    public async Task An_attempt_has_a_folder_of_its_own_that_goes_with_it()
    {
        using var root = new TestFolder();
        await using var worker = await WorkAsync(
            w => w.Handle("files", async context =>
            {
                Directory.EnumerateFileSystemEntries(context.WorkingFolder).ShouldBeEmpty();
                await File.WriteAllTextAsync(Path.Combine(context.WorkingFolder, "part"), "x");
                return context.Attempt == 1 ? throw new InvalidOperationException("again") : JsonSerializer.SerializeToElement(context.WorkingFolder);
            }),
            o => o.WorkingRoot = root.Path);
        var folder = await RunAsync<string>(In("files") with { Retry = AtOnce });
        Path.GetDirectoryName(folder).ShouldBe(root.Path);
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_worker_gets_only_what_it_can_do()
    {
        await using var plain = await WorkAsync(w => w.Handle<int, string>("f", (_, _) => Task.FromResult("plain")));
        var ids = new List<string>();
        foreach (var conditions in new[]
        {
            new Conditions { Labels = new Dictionary<string, string> { ["gpu"] = "yes" } },
            new Conditions { Types = ["painter"] },
            new Conditions { Location = "cellar" },
            new Conditions { Resources = new Dictionary<string, double> { ["memory"] = 16 } },
            new Conditions { Executors = ["special"] },
        })
        {
            ids.Add((await Client.SubmitAsync(In("f", 1) with { Conditions = conditions })).Id);
        }

        ids.Add((await Client.SubmitAsync(In("f", 1) with { Runtime = "mine" })).Id);
        ids.Add((await Client.SubmitAsync(In("g", 1))).Id);
        (await RunAsync<string>(In("f", 1))).ShouldBe("plain");
        (await Client.QueueAsync(Queue)).Count(ProcessStatus.Waiting).ShouldBe(ids.Count);

        await using var special = await WorkAsync(
            w => w.Handle<int, string>("f", (_, _) => Task.FromResult("special")).Handle<int, string>("g", (_, _) => Task.FromResult("special")),
            o =>
            {
                o.Executor = "special";
                o.Types = ["painter"];
                o.Runtimes = ["mine"];
                o.Labels["gpu"] = "yes";
                o.Location = "cellar";
                o.Resources["memory"] = 16;
            });
        foreach (var id in ids)
        {
            (await EndAsync(id)).ResultAs<string>().ShouldBe("special");
        }
    }

    [Fact]
    public async Task A_program_may_have_several_workers()
    {
        var other = Fresh("q");
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddMusterClient(o => o.BaseAddress = Cluster.BaseAddress);
        builder.Services.AddMusterWorker(o => o.Queues = [Queue]).Handle<int, string>("f", (_, _) => Task.FromResult("first"));
        builder.Services.AddMusterWorker(o => o.Queues = [other]).Handle<int, string>("f", (_, _) => Task.FromResult("second"));
        using var host = builder.Build();
        await host.StartAsync();
        (await RunAsync<string>(In("f", 1))).ShouldBe("first");
        (await RunAsync<string>(In("f", 1) with { Queue = other })).ShouldBe("second");
        await host.StopAsync();
    }

    private Task<T?> RunAsync<T>(Submission submission) => Client.SubmitAndWaitAsync<T>(submission).InTimeAsync();

    private sealed record Picture(string Name, int Width);

    private sealed record Thumbnail(string Name);

    private sealed class Stamp
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    private sealed class StampHandler(Stamp stamp, Stamp same) : TypedHandler<string, string>
    {
        protected override Task<string> RunAsync(string input, IProcessContext context) =>
            Task.FromResult(stamp.Id == same.Id ? $"{input}{stamp.Id}" : "not the same scope");
    }
}
