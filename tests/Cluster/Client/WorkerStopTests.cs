using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Client;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>What becomes of work when the program of a worker stops, or the seed that it works for.</summary>
public sealed class WorkerStopTests(TestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<TestClusterFixture>
{
    [Fact]
    public async Task A_stop_lets_what_runs_finish_within_its_grace()
    {
        var finish = new TaskCompletionSource();
        var run = new ConcurrentQueue<string>();
        await using var worker = await WorkAsync(
            w => w.Handle("slow", async context =>
            {
                run.Enqueue(context.ProcessId);
                await finish.Task.WaitAsync(context.Cancelled);
                context.Log("the last line");
                return JsonSerializer.SerializeToElement("done");
            }),
            o => o.StopGrace = InTime.Limit);
        var id = (await Client.SubmitAsync(In("slow"))).Id;
        await UntilAsync(id, ProcessStatus.Running);
        var stopping = worker.StopAsync();
        var later = (await Client.SubmitAsync(In("slow"))).Id;
        finish.SetResult();
        await stopping.InTimeAsync();
        var ended = await Client.GetAsync(id);
        (ended.Status, ended.Attempt, ended.ResultAs<string>()).ShouldBe((ProcessStatus.Succeeded, 1, "done"));
        (await Client.LogsAsync(id).AllAsync()).ShouldHaveSingleItem().Text.ShouldBe("the last line");
        var waiting = await UntilAsync(later, ProcessStatus.Waiting);
        waiting.Retries.ShouldBe(0);
        run.ShouldBe([id]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_gives_back_what_does_not_finish_and_it_is_not_counted(bool listens)
    {
        var never = new TaskCompletionSource();
        await using var worker = await WorkAsync(
            w => w.Handle("slow", async context =>
            {
                await never.Task.WaitAsync(listens ? context.Cancelled : default);
                return null;
            }),
            o => (o.StopGrace, o.StopCancelTime) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)));
        var id = (await Client.SubmitAsync(In("slow") with { MaxRetries = 0 })).Id;
        await UntilAsync(id, ProcessStatus.Running);
        await worker.StopAsync().InTimeAsync();

        var given = await Client.GetAsync(id);
        (given.Status, given.Attempt, given.Retries).ShouldBe((ProcessStatus.Waiting, 1, 0), given.Reason);
        await using var next = await WorkAsync(w => w.Handle<JsonElement?, int>("slow", (_, context) => Task.FromResult(context.Attempt)));
        (await EndAsync(id)).ResultAs<int>().ShouldBe(2);
        never.SetResult();
    }

    [Fact]
    public async Task A_worker_that_has_stopped_takes_nothing_more()
    {
        var worker = await WorkAsync(w => w.Handle<int, int>("f", (n, _) => Task.FromResult(n)));
        await EndAsync((await Client.SubmitAsync(In("f", 1))).Id);
        await worker.DisposeAsync();
        var id = (await Client.SubmitAsync(In("f", 2))).Id;
        await Should.ThrowAsync<TimeoutException>(() => Client.WaitAsync(id, TimeSpan.FromMilliseconds(400)));
        (await Client.GetAsync(id)).Attempt.ShouldBe(0);
    }

    [Fact]
    public async Task A_worker_goes_on_after_its_seed_was_stopped_and_started_again()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var seed = await TestSeed.StartAsync(settings);
        var gateway = seed.Api.Http.BaseAddress!;
        var finish = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var worker = await WorkerHost.StartAsync(
            gateway,
            w => w.Handle("slow", async context =>
            {
                context.Log("before");
                using var over = context.Cancelled.Register(() => stopped.TrySetResult());
                await finish.Task.WaitAsync(context.Cancelled);
                context.Log("after");
                return JsonSerializer.SerializeToElement(context.Attempt);
            }).Handle<int, int>("quick", (n, _) => Task.FromResult(n)),
            o => (o.Queues, o.StopGrace) = ([Queue], TimeSpan.Zero));
        var (slow, during, next) = (Fresh("slow"), Fresh("during"), Fresh("next"));
        await worker.Client.SubmitAsync(In("slow") with { Id = slow, MaxRetries = 0 });
        await Eventually.SeeAsync(() => worker.Client.GetAsync(slow), p => p.Status == ProcessStatus.Running);
        var waiting = worker.Client.WaitAsync(slow, InTime.Limit);
        var lines = worker.Client.FollowLogsAsync(slow).AllAsync();

        await seed.DisposeAsync();
        // What is asked for while nobody answers is asked for again.
        var submitting = worker.Client.SubmitAsync(In("quick", 3) with { Id = during });
        await using var again = await TestSeed.StartAsync(settings, gateway.Port);

        await submitting.InTimeAsync();
        (await worker.Client.WaitAsync(during, InTime.Limit)).ResultAs<int>().ShouldBe(3);
        (await worker.Client.SubmitAndWaitAsync<int>(In("quick", 4) with { Id = next }).InTimeAsync()).ShouldBe(4);
        stopped.Task.IsCompleted.ShouldBeFalse();
        finish.SetResult();
        var ended = await waiting.InTimeAsync();
        (ended.Status, ended.Attempt, ended.ResultAs<int>()).ShouldBe((ProcessStatus.Succeeded, 1, 1), ended.Reason);
        (await lines.InTimeAsync()).Select(l => l.Text).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Events_of_the_time_when_the_seed_was_away_are_not_left_out()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var seed = await TestSeed.StartAsync(settings);
        var gateway = seed.Api.Http.BaseAddress!;
        using var doors = new Doors();
        using var http = new HttpClient(doors) { Timeout = Timeout.InfiniteTimeSpan };
        var listener = new MusterClient(http, new MusterClientOptions { BaseAddress = gateway, RetryDelay = TimeSpan.FromMilliseconds(10) });
        var heard = Task.Run(() => listener.EventsAsync().FirstAsync(1));
        await doors.Opened.InTimeAsync();

        await seed.DisposeAsync();
        await using var again = await TestSeed.StartAsync(settings, gateway.Port);
        var id = await again.Api.SubmitAsync("""{"func":"f"}""");
        doors.OpenAgain();

        (await heard.InTimeAsync())[0].Content.GetProperty("id").GetString().ShouldBe(id);
    }

    /// <summary>Lets the first request through, and the next only when it is told to.</summary>
    private sealed class Doors() : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Opened => _opened.Task;

        public void OpenAgain() => _again.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_opened.Task.IsCompleted)
            {
                await _again.Task.WaitAsync(cancellationToken);
            }

            var response = await base.SendAsync(request, cancellationToken);
            _opened.TrySetResult();
            return response;
        }
    }
}
