using CsCheck;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

public sealed class DispatcherDemandTests
{
    private long _version;

    [Fact]
    public void With_one_queue_all_free_places_go_to_it()
    {
        var demand = Demand(free: 5, queues: ["a"]);

        var grant = demand.Grants(Some.Dispatcher).ShouldHaveSingleItem();

        grant.Queue.ShouldBe(new QueueId("default", "a"));
        grant.Slots.ShouldBe(5);
        grant.Shared.ShouldBeFalse();
    }

    [Fact]
    public void With_several_queues_only_those_that_have_work_get_places()
    {
        var demand = Demand(free: 5, queues: ["a", "b", "c"]);
        Slots(demand).ShouldBe([("a", 0), ("b", 0), ("c", 0)]);

        demand.Reported(Report("b", next: 0), 0).ShouldBeTrue();

        Slots(demand).ShouldBe([("a", 0), ("b", 5), ("c", 0)]);
    }

    [Fact]
    public void The_best_priority_goes_first_and_one_at_a_time_while_others_have_work()
    {
        var demand = Demand(free: 5, queues: ["a", "b", "c"]);
        demand.Reported(Report("a", next: 1), 0);
        demand.Reported(Report("b", next: 7), 0);

        Slots(demand).ShouldBe([("a", 0), ("b", 1), ("c", 0)]);

        demand.Reported(Report("b", next: null), 0);
        Slots(demand).ShouldBe([("a", 5), ("b", 0), ("c", 0)]);
    }

    [Fact]
    public void Queues_with_equal_priority_share_the_places()
    {
        var demand = Demand(free: 5, queues: ["a", "b", "c"]);
        demand.Reported(Report("a", next: 3), 0);
        demand.Reported(Report("b", next: 3), 0);

        Slots(demand).ShouldBe([("a", 3), ("b", 2), ("c", 0)]);
    }

    [Fact]
    public void A_long_queue_does_not_starve_another_of_the_same_priority()
    {
        var demand = Demand(free: 1, queues: ["a", "b"]);
        demand.Reported(Report("a", next: 0), 0);
        demand.Reported(Report("b", next: 0), 0);
        var served = new List<string>();
        var used = new Dictionary<string, long> { ["a"] = 0, ["b"] = 0 };
        for (var i = 0; i < 6; i++)
        {
            var queue = Slots(demand).Single(s => s.Slots == 1).Queue;
            served.Add(queue);
            demand.Reported(Report(queue, next: 0, used: ++used[queue], given: $"p{i}"), 0);
            Say(demand, free: 1, finished: [$"p{i}"]);
        }

        served.ShouldBe(["a", "b", "a", "b", "a", "b"]);
    }

    [Fact]
    public void What_is_on_its_way_to_the_worker_is_not_free()
    {
        var demand = Demand(free: 2, queues: ["a"]);
        demand.Reported(Report("a", used: 1, given: "p1"), now: 0).ShouldBeFalse("with one queue nothing moves: it has subtracted what it used");

        // Said before the assignment arrived.
        Say(demand, free: 2);
        var grant = demand.Grants(Some.Dispatcher).Single();
        grant.Slots.ShouldBe(1);
        grant.Acked.ShouldBe(1);

        // Said after it.
        Say(demand, free: 1, held: ["p1"]);
        demand.Grants(Some.Dispatcher).Single().Slots.ShouldBe(1);
    }

    [Fact]
    public void A_worker_that_mentions_an_assignment_before_its_queue_reports_it_is_not_counted_twice()
    {
        var demand = Demand(free: 1, queues: ["a"]);
        Say(demand, free: 1, finished: ["p1"]);

        demand.Reported(Report("a", used: 1, given: "p1"), now: 0).ShouldBeTrue("the queue believes that its one place is used up");

        var grant = demand.Grants(Some.Dispatcher).Single();
        grant.Slots.ShouldBe(1);
        grant.Acked.ShouldBe(1);
        demand.Lost(now: 100_000).ShouldBeEmpty();
    }

    [Fact]
    public void An_assignment_that_its_worker_never_mentions_is_lost_after_3_s_and_no_longer_counted()
    {
        var demand = Demand(free: 2, queues: ["a"]);
        demand.Reported(Report("a", used: 1, given: "p1"), now: 1_000);
        Say(demand, free: 2, now: 4_000);
        demand.Lost(now: 4_000).ShouldBeEmpty();

        demand.Lost(now: 4_001).ShouldBe([new AttemptRef(Some.Id("p1"), 1)]);

        demand.Lost(now: 9_000).ShouldBeEmpty("each is given back once");
        demand.Grants(Some.Dispatcher).Single().Slots.ShouldBe(2);
    }

    [Fact]
    public void When_the_demand_is_over_all_that_it_has_not_mentioned_is_lost_at_once()
    {
        var demand = Demand(free: 3, queues: ["a"]);
        demand.Reported(Report("a", used: 1, given: "p1"), now: 0);
        demand.Reported(Report("a", used: 2, given: "p2"), now: 0);

        demand.Update(Word(free: 0, held: ["p1"]) with { Gone = true }, now: 1);

        demand.Lost(now: 1).ShouldBe([new AttemptRef(Some.Id("p2"), 1)]);
    }

    [Fact]
    public void An_older_word_of_the_worker_is_ignored()
    {
        var demand = Demand(free: 1, queues: ["a"]);
        var older = Word(free: 9);
        Say(demand, free: 2);

        demand.Update(older, now: 0).ShouldBeFalse();

        demand.Grants(Some.Dispatcher).Single().Slots.ShouldBe(2);
    }

    [Fact]
    public void Every_word_to_the_queues_is_newer_than_the_last_also_when_the_demand_was_forgotten_in_between()
    {
        var first = Demand(free: 1, queues: ["a"], now: 10_000);
        var last = 0L;
        for (var i = 0; i < 20; i++)
        {
            var version = first.Grants(Some.Dispatcher).Single().Version;
            version.ShouldBeGreaterThan(last);
            last = version;
        }

        Demand(free: 1, queues: ["a"], now: 20_000).Grants(Some.Dispatcher).Single().Version.ShouldBeGreaterThan(last);
    }

    [Fact]
    public void Queues_that_a_new_word_no_longer_names_hear_that_the_demand_is_over()
    {
        var demand = Demand(free: 4, queues: ["a", "b"]);
        demand.Reported(Report("a", next: 0), 0);

        demand.Update(Word(free: 4, queues: ["b", "c"]), now: 0);
        var grants = demand.Grants(Some.Dispatcher);

        grants.Single(g => g.Queue.Name == "a").Gone.ShouldBeTrue();
        grants.Where(g => !g.Gone).Select(g => g.Queue.Name).ShouldBe(["b", "c"], ignoreOrder: true);
        demand.Grants(Some.Dispatcher).Count.ShouldBe(2, "said once");
    }

    [Fact]
    public void When_it_is_over_all_queues_hear_it()
    {
        var demand = Demand(free: 4, queues: ["a", "b"]);

        demand.Withdrawals(Some.Dispatcher).ShouldAllBe(w => w.Gone && w.Slots == 0);
    }

    [Fact]
    public void A_queue_named_twice_is_served_once()
    {
        var demand = Demand(free: 4, queues: ["a", "a"]);

        demand.IsShared.ShouldBeFalse();
        demand.Grants(Some.Dispatcher).ShouldHaveSingleItem().Slots.ShouldBe(4);
    }

    [Fact]
    public void A_report_of_a_queue_that_is_not_served_changes_nothing()
    {
        var demand = Demand(free: 4, queues: ["a", "b"]);

        demand.Reported(Report("other", next: 9), 0).ShouldBeFalse();

        Slots(demand).ShouldBe([("a", 0), ("b", 0)]);
    }

    [Fact]
    public void Whatever_happens_the_grants_are_never_more_than_what_is_free() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 3]).Array[1, 60]).Sample((queues, steps) =>
        {
            string[] names = [.. Enumerable.Range(0, queues).Select(i => $"q{i}")];
            var demand = Demand(free: 3, queues: names);
            var (said, now, used) = (3, 0L, new long[queues]);
            var onTheWay = new List<string>();
            foreach (var ((kind, a, b), n) in steps.Select((s, n) => (s, n)))
            {
                now += 500;
                switch (kind)
                {
                    case 0:
                        demand.Reported(Report(names[a % queues], next: b == 0 ? null : b, used: used[a % queues]), now);
                        break;
                    case 1:
                        onTheWay.Add($"p{n}");
                        demand.Reported(Report(names[a % queues], next: b, used: ++used[a % queues], given: $"p{n}"), now);
                        break;
                    default:
                        string[] mentioned = [.. onTheWay.Take(b)];
                        onTheWay.RemoveRange(0, mentioned.Length);
                        Say(demand, said = a, held: mentioned, now: now);
                        foreach (var lost in demand.Lost(now))
                        {
                            onTheWay.Remove(lost.Process.Id).ShouldBeTrue();
                        }

                        break;
                }

                var grants = demand.Grants(Some.Dispatcher);
                grants.Sum(g => g.Slots).ShouldBeLessThanOrEqualTo(Math.Max(0, said - onTheWay.Count));
                grants.All(g => g.Slots >= 0).ShouldBeTrue();
            }
        }, iter: 3_000);

    private DispatcherDemand Demand(int free, string[] queues, long now = 0)
    {
        var word = Word(free, queues: queues);
        var demand = new DispatcherDemand(word);
        demand.Update(word, now).ShouldBeTrue();
        return demand;
    }

    private void Say(DispatcherDemand demand, int free, string[]? held = null, string[]? finished = null, long now = 0)
    {
        // A worker goes on naming the queues that it named at first.
        string[] queues = [.. demand.Grants(Some.Dispatcher).Where(g => !g.Gone).Select(g => g.Queue.Name)];
        demand.Update(Word(free, held, finished, queues), now).ShouldBeTrue();
    }

    private DispatcherMessage.Demand Word(int free, string[]? held = null, string[]? finished = null, string[]? queues = null) => new()
    {
        DemandId = "d",
        // Samples run side by side.
        Version = Interlocked.Increment(ref _version),
        Namespace = "default",
        Queues = [.. queues ?? ["a"]],
        Capability = new Capability { Executor = "x" },
        Free = free,
        Received = 0,
        Held = [.. (held ?? []).Select(p => new AttemptRef(Some.Id(p), 1))],
        Finished = [.. (finished ?? []).Select(p => new AttemptRef(Some.Id(p), 1))],
        Requester = new ActorRef(Some.OtherDispatcher),
    };

    private static DispatcherMessage.Report Report(string queue, int? next = null, long used = 0, string? given = null) => new()
    {
        DemandId = "d",
        Queue = new QueueId("default", queue),
        Used = used,
        Next = next,
        Given = given is null ? null : new AttemptRef(Some.Id(given), 1),
        To = given is null ? null : new ActorRef(Some.OtherDispatcher),
    };

    private static List<(string Queue, int Slots)> Slots(DispatcherDemand demand) =>
        [.. demand.Grants(Some.Dispatcher).Select(g => (g.Queue.Name, g.Slots)).Order()];
}
