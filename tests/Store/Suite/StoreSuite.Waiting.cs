using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public async Task A_queue_reads_what_waits_in_its_order(int seed)
    {
        var life = await Live(seed, waves: 30);
        foreach (var queue in Queues(life))
        {
            var waiting = life.Stories.Where(s => s.Id.Namespace == queue.Namespace && s.State.Queue == queue.Name && s.State.Status == ProcessStatus.Waiting).ToList();
            var lanes = await Store.Read.LanesAsync(queue);
            (await Store.Read.LastWaitingAsync(queue, "no such lane")).ShouldBeNull();
            lanes.ShouldBe(waiting.Select(s => s.State.Lane).Distinct().Order(StringComparer.Ordinal));
            foreach (var lane in lanes)
            {
                var expected = waiting.Where(s => s.State.Lane == lane)
                    .OrderByDescending(s => s.State.Priority).ThenBy(s => s.State.WaitingSince).Select(s => (s.Id, s.State.Priority, s.State.WaitingSince!.Value)).ToList();
                var rows = await Store.Read.WaitingAsync(queue, lane, 1_000);
                rows.Select(r => (r.Id, r.Priority, r.Since)).ShouldBe(expected);
                rows.ShouldAllBe(r => r.Lane == lane);
                (await Store.Read.WaitingAsync(queue, lane, 2)).ShouldBe(rows.Take(2));
                (await Store.Read.LastWaitingAsync(queue, lane)).ShouldBe(rows[^1]);
            }
        }
    }

    [Fact]
    public async Task Equal_priority_and_time_wait_in_the_order_of_their_submission()
    {
        await Write(New("c").Submit(At(0)), New("a").Submit(At(0)), New("b").Submit(At(0)));

        (await Store.Read.WaitingAsync(new("default", "default"), Requirements.Of(Specs.Plain()).Lane(), 10)).Select(r => r.Id.Id).ShouldBe(["c", "a", "b"]);
    }

    [Theory]
    [InlineData(53)]
    public async Task Slots_attempts_and_deadlines_are_those_of_the_processes(int seed)
    {
        var life = await Live(seed, waves: 30);
        var running = life.Stories.Where(s => s.State.Status == ProcessStatus.Running).ToList();

        foreach (var queue in Queues(life))
        {
            var held = running.Where(s => s.Id.Namespace == queue.Namespace && s.State.Queue == queue.Name).SelectMany(s => s.State.Slots, (s, c) => new SlotRow(c.Key, c.Slot, s.Id, s.State.Attempt));
            (await Store.Read.SlotsAsync(queue)).ShouldBe(held, ignoreOrder: true);
        }

        for (var i = 0; i < 4; i++)
        {
            (await Store.Read.RunningOfExecutorAsync("other", $"worker{i}"))
                .ShouldBe(running.Where(s => s.Id.Namespace == "other" && s.State.Executor == $"worker{i}").Select(Running), ignoreOrder: true);
            (await Store.Read.RunningOfDemandAsync($"demand{i}")).ShouldBe(running.Where(s => s.State.Demand == $"demand{i}").Select(Running), ignoreOrder: true);
        }

        var now = life.Now;
        var due = life.Stories.Select(s => (s.Id, Due: s.Events[^1].NextDeadline)).Where(d => d.Due is not null && d.Due < now).ToList();
        due.Count.ShouldBeGreaterThan(10);
        var rows = await Store.Read.DueAsync(now, 10_000);
        rows.Select(r => (r.Id, (DateTimeOffset?)r.Due)).ShouldBe(due, ignoreOrder: true);
        rows.Select(r => r.Due).ShouldBeInOrder();
        rows.ShouldAllBe(r => r.Shard == Shards.Of(r.Id.ToString(), 128));
        (await Store.Read.DueAsync(now, 3)).ShouldBe(rows.Take(3));
    }

    [Fact]
    public async Task A_deadline_is_due_after_it_and_never_before()
    {
        var story = New("a");
        // A third of a millisecond after the full one: the store keeps whole ones and must not round down.
        await Write(story.Submit(At(0), Specs.Plain() with { Limits = new Limits { Deadline = At(5).AddTicks(3_333) } }));

        (await Store.Read.DueAsync(At(5).AddMilliseconds(1), 10)).ShouldBeEmpty();
        (await Store.Read.DueAsync(At(5).AddMilliseconds(2), 10)).Select(r => r.Id).ShouldBe([story.Id]);
    }

    [Fact]
    public async Task A_damaged_process_is_shown_and_no_longer_woken()
    {
        var story = New("a");
        await Write(story.Submit(At(0), Specs.Plain() with { Limits = new Limits { Deadline = At(5) } }));

        await Store.Rows.MarkDamagedAsync(story.Id, "The event 1 cannot be read.");

        (await Store.Read.FindAsync(story.Id))!.Damaged.ShouldBe("The event 1 cannot be read.");
        (await Store.Read.DueAsync(At(100), 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Older_processes_with_a_key_are_those_that_wait_for_it_or_hold_it_oldest_first()
    {
        var queue = new QueueId("default", "default");
        var stories = Enumerable.Range(0, 8).Select(i => New($"p{i}")).ToList();
        var rule = new ConcurrencyRule { Key = "k" };
        var spec = Specs.Plain() with { Concurrency = rule };
        var other = spec with { Func = "another" };
        for (var i = 0; i < stories.Count; i++)
        {
            await Write(stories[i].Submit(At(0), i is 1 or 5 ? other : spec));
        }

        // Cancelled, holding a place, waiting for a retry; and one of another key.
        await Write(stories[2].Cancel(At(1)), stories[3].Assign(At(1), slots: new SlotClaim("k:k", 1)), stories[4].Assign(At(1), slots: new SlotClaim("k:k", 2)));
        await Write(stories[4].Fail(At(2)), New("elsewhere").Submit(At(0), spec with { Concurrency = rule with { Key = "j" } }));

        (await Store.Read.OlderWithKeyAsync(stories[6].Id, queue, "k", 10)).Select(r => (r.Id, r.Status)).ShouldBe([
            ("p0", ProcessStatus.Waiting), ("p1", ProcessStatus.Waiting), ("p3", ProcessStatus.Running), ("p4", stories[4].State.Status), ("p5", ProcessStatus.Waiting),
        ]);
        (await Store.Read.OlderWithKeyAsync(stories[6].Id, queue, "k", 2)).Count.ShouldBe(2);
        (await Store.Read.OlderWithKeyAsync(stories[0].Id, queue, "k", 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Attempts_that_hold_no_place_of_their_queue_are_counted()
    {
        var queue = new QueueId("default", "default");
        var stories = Enumerable.Range(0, 4).Select(i => New($"p{i}")).ToList();
        foreach (var story in stories)
        {
            await Write(story.Submit(At(0)));
        }

        await Write(stories[0].Assign(At(1)), stories[1].Assign(At(1), slots: new SlotClaim("", 1)), stories[2].Assign(At(1), slots: new SlotClaim("k:k", 1)));
        (await Store.Read.RunningWithoutPlaceAsync(queue)).ShouldBe(2);
        (await Store.Read.RunningWithoutPlaceAsync(new QueueId("default", "another"))).ShouldBe(0);
    }

    private static IEnumerable<QueueId> Queues(RandomLife life) => life.Stories.Select(s => new QueueId(s.Id.Namespace, s.State.Queue)).Distinct();

    private static RunningRow Running(Story story) => new(story.Id, story.State.Attempt, story.State.Executor!, story.State.Demand!);
}
