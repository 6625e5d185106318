using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

public sealed class QueueBookTests
{
    private readonly QueueBook _book = new(10_000);

    [Fact]
    public void Higher_priority_goes_first_then_the_earlier_whatever_the_lane()
    {
        _book.Enqueue("low", priority: -1, since: 0);
        _book.Enqueue("late", Some.Function("f"), since: 2);
        _book.Enqueue("early", Some.Function("g"), since: 1);
        _book.Enqueue("high", Some.Function("f"), priority: 5, since: 9);
        _book.Want(Some.Interest(slots: 10));

        _book.MatchAll().Ids().ShouldBe(["high", "early", "late", "low"]);
    }

    [Fact]
    public void A_demand_gets_only_what_it_can_take()
    {
        _book.Enqueue("f1", Some.Function("f"));
        _book.Enqueue("g1", Some.Function("g"));
        _book.Want(Some.Interest("g-worker", slots: 10, functions: ["g"]));

        var offer = _book.MatchAll().ShouldHaveSingleItem();

        offer.Item.Id.Id.ShouldBe("g1");
        offer.Demand.Id.ShouldBe("g-worker");
        _book.Waiting.ShouldBe(1);
    }

    [Fact]
    public void What_nobody_present_can_take_never_hides_what_somebody_can()
    {
        for (var i = 0; i < 50_000; i++)
        {
            _book.Enqueue($"gpu{i}", Some.Function("gpu"), priority: 100, since: i);
        }

        _book.Enqueue("cpu", Some.Function("cpu"), priority: -100, since: 100_000).ShouldBeTrue();
        _book.Want(Some.Interest(functions: ["cpu"]));

        _book.MatchAll().Ids().ShouldBe(["cpu"]);
    }

    [Fact]
    public void A_full_concurrency_key_does_not_hide_what_is_behind_it()
    {
        for (var i = 0; i < 50_000; i++)
        {
            _book.Enqueue($"a{i}", Some.Keyed("a"), since: i);
        }

        _book.Enqueue("b", Some.Keyed("b"), since: 100_000);
        _book.Want(Some.Interest(slots: 10));

        _book.MatchAll().Ids().ShouldBe(["a0", "b"]);
    }

    [Fact]
    public void Fifty_thousand_lanes_are_no_obstacle()
    {
        for (var i = 0; i < 50_000; i++)
        {
            _book.Enqueue($"p{i}", Some.Keyed($"k{i}", func: "f"), since: i);
        }

        _book.Want(Some.Interest("nothing", slots: 100, functions: ["g"]));
        _book.MatchAll().ShouldBeEmpty();
        _book.Want(Some.Interest("all", slots: 300, functions: ["f"]));

        _book.MatchAll().Ids().ShouldBe(Enumerable.Range(0, 300).Select(i => $"p{i}"));
    }

    [Fact]
    public void The_demand_with_the_most_free_slots_is_served_first()
    {
        _book.Want(Some.Interest("small", slots: 1));
        _book.Want(Some.Interest("large", slots: 3));
        for (var i = 0; i < 4; i++)
        {
            _book.Enqueue($"p{i}", since: i);
        }

        var offers = _book.MatchAll();

        offers[0].Demand.Id.ShouldBe("large");
        offers[1].Demand.Id.ShouldBe("large");
        offers.Count(o => o.Demand.Id == "small").ShouldBe(1);
        offers.Count.ShouldBe(4);
    }

    [Fact]
    public void Never_more_is_offered_and_assigned_than_there_are_slots()
    {
        Fill(10);
        _book.Want(Some.Interest(slots: 3));

        var offers = _book.MatchAll();
        offers.Count.ShouldBe(3);
        _book.Answered(offers[0].Id, assigned: true, now: 0);
        _book.Answered(offers[1].Id, assigned: false, now: 0);
        _book.MatchAll().Count.ShouldBe(1, "only the one that was declined is free again");

        // The dispatcher says the same slots again and does not know of the assignment yet.
        _book.Want(Some.Interest(slots: 3, version: 2, acked: 0));
        _book.MatchAll().ShouldBeEmpty();

        // It has heard of it, and the worker has one slot less.
        _book.Want(Some.Interest(slots: 2, version: 3, acked: 1));
        _book.MatchAll().ShouldBeEmpty();
        _book.Want(Some.Interest(slots: 3, version: 4, acked: 1));
        _book.MatchAll().Count.ShouldBe(1);
    }

    [Fact]
    public void An_older_word_of_a_dispatcher_is_ignored()
    {
        Fill(10);
        _book.Want(Some.Interest(slots: 0, version: 5));

        _book.Want(Some.Interest(slots: 10, version: 4)).ShouldBeNull();

        _book.MatchAll().ShouldBeEmpty();
    }

    [Fact]
    public void A_demand_that_moved_to_another_dispatcher_is_served_at_once()
    {
        Fill(10);
        _book.Want(Some.Interest(slots: 2, version: 500, acked: 40));
        var offers = _book.MatchAll();
        _book.Answered(offers[0].Id, assigned: true, now: 0);

        // The new dispatcher starts to count anew.
        _book.Want(Some.Interest(slots: 3, version: 1, acked: 0, dispatcher: Some.OtherDispatcher)).ShouldNotBeNull();
        _book.MatchAll().Count.ShouldBe(2, "one offer is still under way");

        // The old one is behind the times.
        _book.Want(Some.Interest(gone: true, version: 501, dispatcher: Some.Dispatcher));
        _book.Demand("d").ShouldNotBeNull();
    }

    [Fact]
    public void An_executor_that_learns_a_function_gets_it_under_the_same_demand()
    {
        _book.Enqueue("g", Some.Function("g"));
        _book.Want(Some.Interest(functions: ["f"]));
        _book.MatchAll().ShouldBeEmpty();

        _book.Want(Some.Interest(functions: ["f", "g"], version: 2));

        _book.MatchAll().Ids().ShouldBe(["g"]);
    }

    [Fact]
    public void A_process_for_one_executor_waits_for_that_one()
    {
        var only = new Requirements { Conditions = new Conditions { Executors = ["x7"] } };
        _book.Enqueue("p", only);
        for (var i = 0; i < 10; i++)
        {
            _book.Want(Some.Interest($"d{i}", slots: 0, executor: $"x{i}"));
        }

        _book.Want(Some.Interest("d3", executor: "x3", version: 2));
        _book.MatchAll().ShouldBeEmpty();
        _book.Want(Some.Interest("d7", executor: "x7", version: 2));

        _book.MatchAll().ShouldHaveSingleItem().Demand.Id.ShouldBe("d7");
    }

    [Fact]
    public void A_demand_that_is_gone_gets_nothing_more()
    {
        Fill(2);
        _book.Want(Some.Interest(slots: 2));
        _book.Want(Some.Interest(version: 2, gone: true)).ShouldBeNull();

        _book.MatchAll().ShouldBeEmpty();
        _book.HasDemand.ShouldBeFalse();
    }

    [Fact]
    public void A_demand_that_is_not_said_again_is_over()
    {
        // The word that it is over came first; the older one makes it known again.
        _book.Want(Some.Interest(version: 2, gone: true), now: 1_000);
        _book.Want(Some.Interest("alive"), now: 1_000);
        _book.Want(Some.Interest(), now: 2_000).ShouldNotBeNull();
        _book.Want(Some.Interest("alive", version: 2), now: 3_000);

        _book.ForgetSilent(2_500);

        _book.Demand("d").ShouldBeNull();
        _book.Demand("alive").ShouldNotBeNull();
        _book.Enqueue("a");
        _book.MatchAll().ShouldHaveSingleItem().Demand.Id.ShouldBe("alive");
    }

    [Fact]
    public void Demands_of_a_dispatcher_that_is_gone_are_forgotten_and_others_stay()
    {
        Fill(2);
        _book.Want(Some.Interest("a", dispatcher: Some.Dispatcher));
        _book.Want(Some.Interest("b", dispatcher: Some.OtherDispatcher));

        _book.Forget(Some.Dispatcher);

        _book.MatchAll().ShouldHaveSingleItem().Demand.Id.ShouldBe("b");
    }

    [Fact]
    public void The_same_enqueue_again_changes_nothing()
    {
        _book.Enqueue("p");
        _book.Enqueue("p");
        _book.Waiting.ShouldBe(1);
        _book.Want(Some.Interest(slots: 5));

        _book.MatchAll().ShouldHaveSingleItem();

        _book.Enqueue("p").ShouldBeTrue("it is offered; its process has not heard of the offer yet");
        _book.Waiting.ShouldBe(0);
        _book.MatchAll().ShouldBeEmpty();
    }

    [Fact]
    public void A_changed_priority_moves_the_process()
    {
        _book.Enqueue("a", since: 1);
        _book.Enqueue("b", since: 2);
        _book.Enqueue("b", since: 2, priority: 9);
        _book.Want(Some.Interest(slots: 5));

        _book.MatchAll().Ids().ShouldBe(["b", "a"]);
    }

    [Fact]
    public void A_priority_that_changes_while_the_offer_is_under_way_does_not_take_the_offer_back()
    {
        _book.Enqueue("p", Some.Keyed("k"));
        _book.Want(Some.Interest(slots: 1));
        var offer = _book.MatchAll().ShouldHaveSingleItem();

        _book.Enqueue("p", Some.Keyed("k"), priority: 3);

        _book.MatchAll().ShouldBeEmpty("its slot and its key are still held");
        _book.Answered(offer.Id, assigned: true, now: 0).ShouldBeSameAs(offer);
        _book.Demand("d")!.Used.ShouldBe(1);
        _book.Waiting.ShouldBe(0);
        offer.Item.Priority.ShouldBe(3, "what waits on after a declined offer has its new place");
    }

    [Fact]
    public void A_process_that_waits_anew_is_not_bound_to_an_offer_of_its_last_wait()
    {
        _book.Enqueue("p", since: 1);
        _book.Want(Some.Interest(slots: 1));
        var old = _book.MatchAll().ShouldHaveSingleItem();

        _book.Enqueue("p", since: 2);

        _book.MatchAll().ShouldHaveSingleItem().Item.Since.ShouldBe(Some.Start.AddSeconds(2));
        _book.Answered(old.Id, assigned: false, now: 0).ShouldBeNull();
    }

    [Fact]
    public void What_left_the_queue_is_not_offered()
    {
        _book.Enqueue("p");
        _book.Dequeue(Some.Id("p"));
        _book.Dequeue(Some.Id("never-seen"));
        _book.Want(Some.Interest());

        _book.MatchAll().ShouldBeEmpty();
        _book.Waiting.ShouldBe(0);
    }

    [Fact]
    public void An_offer_that_was_overtaken_no_longer_holds_its_demand()
    {
        Fill(3);
        _book.Want(Some.Interest(slots: 2));
        var offers = _book.MatchAll(now: 100);
        var slow = offers[0];
        _book.Expire(now: 10_000, overtaken: 300, silence: 20_000).ShouldBeEmpty("slowness alone expires nothing");
        _book.Answered(offers[1].Id, assigned: false, now: 500);
        var later = _book.MatchAll(now: 500).ShouldHaveSingleItem();
        _book.Expire(now: 500, overtaken: 300, silence: 20_000).ShouldBeEmpty("what was answered was made at the same time");
        _book.Answered(later.Id, assigned: true, now: 510);

        _book.Expire(now: 510, overtaken: 300, silence: 20_000).ShouldHaveSingleItem().ShouldBeSameAs(slow);
        _book.Expire(now: 510, overtaken: 300, silence: 20_000).ShouldBeEmpty("each expires once");
        _book.Demand("d")!.InFlight.ShouldBe(0);

        // A late yes still counts as used.
        _book.Answered(slow.Id, assigned: true, now: 600);
        _book.Demand("d")!.Used.ShouldBe(2);
        _book.Demand("d")!.InFlight.ShouldBe(0);
    }

    [Fact]
    public void After_a_long_silence_every_older_offer_is_late()
    {
        Fill(1);
        _book.Want(Some.Interest(slots: 1));
        var offer = _book.MatchAll(now: 100).ShouldHaveSingleItem();
        _book.Expire(now: 2_100, overtaken: 300, silence: 2_000).ShouldBeEmpty();
        _book.Expire(now: 2_101, overtaken: 300, silence: 2_000).ShouldHaveSingleItem().ShouldBeSameAs(offer);
    }

    [Fact]
    public void What_an_ended_demand_did_not_take_along_has_reached_nobody()
    {
        Fill(2);
        _book.Want(Some.Interest(slots: 2));
        var offers = _book.MatchAll(now: 0);
        var taken = new AttemptRef(offers[0].Item.Id, 1);
        _book.Want(Some.Interest(slots: 0) with { Gone = true, Held = [taken], Version = 99 });

        _book.Answered(offers[0].Id, assigned: true, now: 1)!.Demand.HasLeft(taken, offers[0].Requester).ShouldBeFalse();
        _book.Answered(offers[1].Id, assigned: true, now: 1)!.Demand.HasLeft(new AttemptRef(offers[1].Item.Id, 1), offers[1].Requester).ShouldBeTrue();
    }

    [Fact]
    public void An_offer_that_was_never_answered_is_made_again()
    {
        _book.Enqueue("p", Some.Keyed("k"));
        _book.Want(Some.Interest(slots: 1));
        _book.MatchAll(now: 100);

        _book.GiveUp(1000);
        _book.MatchAll(now: 1000).ShouldBeEmpty("it must have expired first");
        _book.Expire(now: 5000, overtaken: 300, silence: 2_000);
        _book.GiveUp(1000);

        _book.MatchAll(now: 1000).Ids().ShouldBe(["p"]);
    }

    [Fact]
    public void The_next_priority_for_a_demand_is_that_of_what_it_could_take()
    {
        var demand = _book.Want(Some.Interest(slots: 0, functions: ["f"]))!;
        _book.NextFor(demand).ShouldBeNull();
        _book.Enqueue("g", Some.Function("g"), priority: 9);
        _book.NextFor(demand).ShouldBeNull();
        _book.Enqueue("f", Some.Function("f"), priority: 4);
        _book.NextFor(demand).ShouldBe(4);

        _book.Limits.Configure(new() { Paused = true }, Some.Start);
        _book.NextFor(demand).ShouldBeNull("a paused queue must not hold a slot that another queue can use");
    }

    [Fact]
    public void A_queue_whose_rate_allows_nothing_now_does_not_hold_a_slot_that_another_queue_can_use()
    {
        var demand = _book.Want(Some.Interest(slots: 0, shared: true))!;
        _book.Enqueue("p");
        _book.Limits.Configure(new() { RatePerSecond = 1 }, Some.Start);
        _book.Limits.UntilRateAllows(Some.Start);

        _book.NextFor(demand).ShouldBeNull();

        _book.Limits.UntilRateAllows(Some.Start.AddSeconds(1)).ShouldBe(TimeSpan.Zero);
        _book.NextFor(demand).ShouldBe(0);
    }

    [Fact]
    public void A_queue_is_idle_only_without_demand_offers_and_items()
    {
        _book.IsIdle.ShouldBeTrue();
        _book.Enqueue("p");
        _book.IsIdle.ShouldBeFalse();
        _book.Want(Some.Interest());
        var offer = _book.MatchAll().ShouldHaveSingleItem();
        _book.Want(Some.Interest(version: 2, gone: true));
        _book.IsIdle.ShouldBeFalse("an offer is under way");
        _book.Answered(offer.Id, assigned: true, now: 0);
        _book.IsIdle.ShouldBeTrue();
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _book.Enqueue($"p{i}", since: i);
        }
    }
}
