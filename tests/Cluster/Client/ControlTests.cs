using System.Collections.Concurrent;
using Muster.Client;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>What an operator does with the library: cancel, retry, priority, attributes, bulk, queues, executors.</summary>
public sealed class ControlTests(TestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<TestClusterFixture>
{
    private readonly TestClusterFixture _fixture = fixture;

    [Fact]
    public async Task Cancel_is_final_at_once_and_says_why()
    {
        var id = (await Client.SubmitAsync(In())).Id;
        var cancelled = await Client.CancelAsync(id, "not needed");
        cancelled.Status.ShouldBe(ProcessStatus.Cancelled);
        cancelled.Reason.ShouldBe("not needed");
        (await Client.CancelAsync(id)).Status.ShouldBe(ProcessStatus.Cancelled);
        var last = (await Client.HistoryAsync(id))[^1];
        (last.Event, last.From, last.To, last.Reason).ShouldBe(("cancelled", "waiting", "cancelled", "not needed"));
    }

    [Fact]
    public async Task What_has_ended_cannot_be_cancelled_or_moved()
    {
        var id = (await Client.SubmitAsync(Submission.Of("double", 1))).Id;
        await EndAsync(id);
        await Should.ThrowAsync<MusterConflictException>(() => Client.CancelAsync(id));
        await Should.ThrowAsync<MusterConflictException>(() => Client.SetPriorityAsync(id, 5));
        (await Client.GetAsync(id)).Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public async Task A_cancelled_function_of_the_cluster_hears_of_it()
    {
        var id = (await Client.SubmitAsync(new Submission { Func = "stay", Lease = TimeSpan.FromSeconds(3) })).Id;
        await UntilAsync(id, ProcessStatus.Running);
        await Eventually.TrueAsync(async () => (await Client.LogsAsync(id).AllAsync()).Any(l => l.Text.StartsWith("staying", StringComparison.Ordinal)));
        await Client.CancelAsync(id);
        (await StoryAsync(id)).ShouldBe("submitted assigned attemptEnded cancelled");
        await Eventually.TrueAsync(() => Task.FromResult(_fixture.Stopped.ContainsKey(id)));
    }

    [Fact]
    public async Task Retry_reopens_what_is_final_and_only_that()
    {
        var id = (await Client.SubmitAsync(new Submission { Func = "never", Name = "again" })).Id;
        await EndAsync(id);
        var reopened = await Client.RetryAsync(id, "try it once more");
        reopened.Status.IsFinal().ShouldBeFalse();
        var ended = await EndAsync(id);
        (ended.Attempt, ended.Name).ShouldBe((2, "again"));
        (await Client.HistoryAsync(id)).Single(t => t.Event == "reopened").Reason.ShouldNotBeNull().ShouldContain("try it once more");

        var waiting = (await Client.SubmitAsync(In())).Id;
        await Should.ThrowAsync<MusterConflictException>(() => Client.RetryAsync(waiting));
    }

    [Fact]
    public async Task The_highest_priority_goes_first_also_when_it_was_given_later()
    {
        await Client.PutQueueAsync(Queue, new QueueSettings { Paused = true });
        var ids = (await Client.SubmitManyAsync(Enumerable.Range(0, 5).Select(n => In("f", n) with { Id = $"{Queue}-{n}", Priority = n == 1 ? 10 : null }))).Select(o => o.Id!).ToList();
        (await Client.SetPriorityAsync(ids[3], 20)).Priority.ShouldBe(20);
        (await Client.SetPriorityAsync(ids[0], -1)).Priority.ShouldBe(-1);
        var order = new ConcurrentQueue<string>();
        await using var worker = await WorkAsync(
            w => w.Handle("f", context =>
            {
                order.Enqueue(context.ProcessId);
                return Task.FromResult<System.Text.Json.JsonElement?>(null);
            }),
            o => o.Slots = 1);
        await Client.ResumeQueueAsync(Queue);
        foreach (var id in ids)
        {
            await EndAsync(id);
        }

        order.ShouldBe([ids[3], ids[1], ids[2], ids[4], ids[0]]);
    }

    [Fact]
    public async Task Attributes_are_added_replaced_and_removed()
    {
        var id = (await Client.SubmitAsync(In())).Id;
        await Client.SetAttributesAsync(id, new Dictionary<string, string?> { ["ticket"] = "A-17", ["note"] = "first" });
        var changed = await Client.SetAttributesAsync(id, new Dictionary<string, string?> { ["note"] = null, ["owner"] = "me" });
        changed.Attributes.OrderBy(a => a.Key).ShouldBe([KeyValuePair.Create("owner", "me"), KeyValuePair.Create("ticket", "A-17")]);
        await Client.CancelAsync(id);
        (await Client.SetAttributesAsync(id, new Dictionary<string, string?> { ["ticket"] = "B-1" })).Attributes["ticket"].ShouldBe("B-1");
    }

    [Fact]
    public async Task Bulk_acts_on_what_the_filter_matches_and_counts_it()
    {
        var label = new Dictionary<string, string> { ["album"] = "pets" };
        var outcomes = await Client.SubmitManyAsync(Enumerable.Range(0, 30).Select(n => In("f", n) with { Labels = n < 20 ? label : null }));
        var pets = new ProcessFilter { Queue = Queue, Labels = label };

        (await Client.BulkAsync(BulkAction.Cancel, pets, dryRun: true)).ShouldBe(new BulkOutcome { Matched = 20 });
        (await Client.BulkAsync(BulkAction.Priority, pets, priority: 7)).ShouldBe(new BulkOutcome { Matched = 20, Changed = 20 });
        (await Client.GetAsync(outcomes[0].Id!)).Priority.ShouldBe(7);
        (await Client.GetAsync(outcomes[29].Id!)).Priority.ShouldBe(0);
        (await Client.BulkAsync(BulkAction.Cancel, pets, reason: "no pets")).ShouldBe(new BulkOutcome { Matched = 20, Changed = 20 });
        (await Client.GetAsync(outcomes[19].Id!)).Reason.ShouldBe("no pets");
        (await Client.BulkAsync(BulkAction.Retry, new ProcessFilter { Queue = Queue })).ShouldBe(new BulkOutcome { Matched = 30, Changed = 20, Refused = 10 });
        (await Client.QueueAsync(Queue)).Count(ProcessStatus.Waiting).ShouldBe(30);
        (await Should.ThrowAsync<MusterException>(() => Client.BulkAsync(BulkAction.Cancel, new ProcessFilter()))).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_queue_keeps_its_settings_and_counts_what_is_in_it()
    {
        await Client.PutQueueAsync(Queue, new QueueSettings { MaxRunning = 4, RatePerSecond = 2.5, Paused = true });
        await Client.SubmitAsync(In());
        var queue = await Client.QueueAsync(Queue);
        (queue.Name, queue.MaxRunning, queue.RatePerSecond, queue.Paused, queue.Count(ProcessStatus.Waiting), queue.Count(ProcessStatus.Failed)).ShouldBe((Queue, 4, 2.5, true, 1, 0));

        await Client.SetQueueLimitsAsync(Queue, null, 3);
        queue = await Client.QueueAsync(Queue);
        (queue.MaxRunning, queue.RatePerSecond, queue.Paused).ShouldBe((null, 3, true));
        await Client.ResumeQueueAsync(Queue);
        (await Client.QueuesAsync()).Single(q => q.Name == Queue).Paused.ShouldBeFalse();
        (await Should.ThrowAsync<MusterException>(() => Client.PutQueueAsync(Queue, new QueueSettings { MaxRunning = 0 }))).Field.ShouldBe("maxRunning");
    }

    [Fact]
    public async Task A_paused_queue_hands_out_nothing_and_a_resumed_one_goes_on()
    {
        await Client.PutQueueAsync(Queue, new QueueSettings());
        await using var worker = await WorkAsync(w => w.Handle<int, int>("f", (n, _) => Task.FromResult(n)));
        await EndAsync((await Client.SubmitAsync(In("f", 1))).Id);
        await Client.PauseQueueAsync(Queue);
        var held = (await Client.SubmitAsync(In("f", 2))).Id;
        await Should.ThrowAsync<TimeoutException>(() => Client.WaitAsync(held, TimeSpan.FromMilliseconds(400)));
        (await Client.GetAsync(held)).Status.ShouldBe(ProcessStatus.Waiting);
        await Client.ResumeQueueAsync(Queue);
        (await EndAsync(held)).Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public async Task No_more_run_at_once_than_the_queue_allows()
    {
        await Client.PutQueueAsync(Queue, new QueueSettings { MaxRunning = 2 });
        var (running, most) = (0, 0);
        await using var worker = await WorkAsync(
            w => w.Handle("f", async context =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Delay(50, context.Cancelled);
                Interlocked.Decrement(ref running);
                return null;
            }),
            o => o.Slots = 8);
        foreach (var outcome in await Client.SubmitManyAsync(Enumerable.Range(0, 12).Select(n => In("f", n))))
        {
            (await EndAsync(outcome.Id!)).Status.ShouldBe(ProcessStatus.Succeeded);
        }

        most.ShouldBe(2);
    }

    [Fact]
    public async Task Executors_are_registered_shown_and_removed()
    {
        var id = Fresh("executor");
        var registration = new ExecutorRegistration
        {
            Id = id,
            Types = ["photos"],
            Functions = ["resize"],
            Runtimes = ["mine"],
            Labels = new Dictionary<string, string> { ["gpu"] = "yes" },
            Location = "cellar",
            Resources = new Dictionary<string, double> { ["memory"] = 16 },
        };
        await Client.RegisterExecutorAsync(registration);
        await Client.RegisterExecutorAsync(registration with { Location = "attic" });
        await Client.ExecutorHeartbeatAsync(id);

        var known = await Client.ExecutorAsync(id);
        (known.Id, known.Namespace, known.Location).ShouldBe((id, "default", "attic"));
        (known.Types.Single(), known.Functions.Single(), known.Runtimes.Single(), known.Labels["gpu"], known.Resources["memory"]).ShouldBe(("photos", "resize", "mine", "yes", 16));
        known.RegisteredAt.ShouldNotBeNull();
        (await Client.ExecutorsAsync()).ShouldContain(e => e.Id == id);
        (await Cluster.CreateClient(Fresh("ns")).ExecutorsAsync()).ShouldBeEmpty();

        await Client.RemoveExecutorAsync(id);
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.ExecutorAsync(id));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.ExecutorHeartbeatAsync(id));
    }

    private static void InterlockedMax(ref int most, int seen)
    {
        for (var now = Volatile.Read(ref most); seen > now; now = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, seen, now);
        }
    }
}
