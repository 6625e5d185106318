using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>The windows over the table: what they hold, and when they believe that the table has no more.</summary>
public sealed class QueueWindowTests
{
    private const int Capacity = 10;
    private readonly QueueBook _book = new(Capacity, leastPerLane: 1);

    [Fact]
    public void A_full_window_keeps_the_best_and_knows_that_the_table_has_more()
    {
        for (var i = 0; i < 25; i++)
        {
            _book.Enqueue($"p{i:00}", since: i).ShouldBe(i < Capacity);
        }

        _book.Waiting.ShouldBe(Capacity);
        Lane.More.ShouldBeTrue();
        Take(100).ShouldBe(Names(0, 10));
    }

    [Fact]
    public void Better_than_the_tail_always_enters_and_the_tail_falls_out()
    {
        for (var i = 0; i < 10; i++)
        {
            _book.Enqueue($"p{i:00}", since: i);
        }

        _book.Enqueue("urgent", priority: 1, since: 99).ShouldBeTrue();

        _book.Waiting.ShouldBe(Capacity);
        Lane.More.ShouldBeTrue("the tail stands in the table only");
        Take(100).ShouldBe(["urgent", .. Names(0, 9)]);
    }

    [Fact]
    public void While_the_table_has_more_what_is_worse_than_the_tail_stays_there()
    {
        for (var i = 0; i < 12; i++)
        {
            _book.Enqueue($"p{i:00}", since: i);
        }

        Take(8);

        _book.Enqueue("late", since: 50).ShouldBeFalse("p10 and p11 go before it and only the table has them");
        Take(100).ShouldBe(["p08", "p09"]);
    }

    [Fact]
    public void A_refill_that_read_all_clears_the_flag()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, Items(10, 12), complete: true);

        Lane.More.ShouldBeFalse();
        Take(100).ShouldBe(Names(10, 2));
    }

    [Fact]
    public void A_refill_does_not_clear_the_flag_when_something_was_not_kept_since_it_began()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.Enqueue("p99", since: 99).ShouldBeFalse();
        _book.EndRefill(Lane, Items(10, 12), complete: true);

        Lane.More.ShouldBeTrue("the refill may have read before p99 was there");
        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, [.. Items(10, 12), Some.Item("p99", since: 99)], complete: true);
        Lane.More.ShouldBeFalse();
        Take(100).ShouldBe(["p10", "p11", "p99"]);
    }

    [Fact]
    public void A_refill_that_did_not_read_all_does_not_clear_the_flag()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, Items(10, 11), complete: false);

        Lane.More.ShouldBeTrue();
    }

    [Fact]
    public void A_refill_that_failed_is_tried_again()
    {
        Overflow();
        _book.ToRefill().ShouldBe([Lane]);
        _book.BeginRefill(Lane);
        _book.ToRefill().ShouldBeEmpty("one at a time");

        _book.AbortRefill(Lane);

        _book.ToRefill().ShouldBe([Lane]);
        Lane.More.ShouldBeTrue();
    }

    [Fact]
    public void A_refill_does_not_bring_back_what_left_while_it_read()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.Dequeue(Some.Id("p10"));
        _book.EndRefill(Lane, Items(10, 12), complete: true);

        Take(100).ShouldBe(["p11"]);
    }

    [Fact]
    public void A_refill_does_not_bring_back_what_was_assigned_while_it_read_also_when_another_refill_overlaps()
    {
        var other = Some.Function("other");
        Overflow();
        _book.HasMore(_book.Open(other.Lane(), other));
        _book.BeginRefill(_book.Lane(other.Lane())!);
        _book.BeginRefill(Lane);
        _book.Enqueue("now", priority: 1).ShouldBeFalse("the window is empty and the table has more");
        _book.EndRefill(Lane, [Some.Item("now", priority: 1), .. Items(10, 12)], complete: true);
        Take(1).ShouldBe(["now"]);
        _book.BeginRefill(Lane);
        Take(1).ShouldBe(["p10"]);

        _book.EndRefill(Lane, Items(10, 12), complete: true);
        _book.EndRefill(_book.Lane(other.Lane())!, [], complete: true);

        Take(100).ShouldBe(["p11"]);
    }

    [Fact]
    public void What_comes_back_while_a_refill_reads_waits_again()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.Dequeue(Some.Id("p10"));
        _book.Enqueue("p10", since: 60);
        _book.EndRefill(Lane, [Some.Item("p10", since: 60), .. Items(11, 12)], complete: true);

        Take(100).ShouldBe(["p11", "p10"]);
    }

    [Fact]
    public void A_refill_does_not_offer_twice_what_is_under_way()
    {
        Overflow();
        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, Items(10, 12), complete: false);
        _book.Want(Some.Interest("slow", slots: 1, version: 1000));
        var offer = _book.MatchAll().ShouldHaveSingleItem();
        offer.Item.Id.Id.ShouldBe("p10");

        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, Items(10, 12), complete: true);

        _book.Waiting.ShouldBe(1);
        Take(100).ShouldBe(["p11"]);
    }

    [Fact]
    public void Only_lanes_that_somebody_present_can_take_and_that_have_a_free_key_are_refilled()
    {
        var busy = Some.Keyed("busy");
        var foreign = Some.Function("foreign");
        var free = Some.Function("free");
        foreach (var lane in new[] { busy, foreign, free })
        {
            _book.HasMore(_book.Open(lane.Lane(), lane));
        }

        _book.ToRefill().ShouldBeEmpty("nobody is there");
        _book.Want(Some.Interest(slots: 0, functions: ["free"]));
        _book.ToRefill().Select(l => l.Name).ShouldBe([free.Lane()]);

        _book.Want(Some.Interest("any", slots: 0));
        _book.ToRefill().Count.ShouldBe(3);
        _book.Limits.Load([new("k:busy", 1, Some.Id("holder"), 1)]);
        _book.ToRefill().Select(l => l.Name).ShouldBe([foreign.Lane(), free.Lane()], ignoreOrder: true);
    }

    [Fact]
    public void Windows_are_bounded_in_all_however_many_lanes_there_are()
    {
        var book = new QueueBook(1_000, leastPerLane: 1);
        for (var lane = 0; lane < 200; lane++)
        {
            var requirements = Some.Function($"f{lane}");
            for (var i = 0; i < 300; i++)
            {
                book.Enqueue($"p{lane}-{i}", requirements, since: i);
            }
        }

        book.Waiting.ShouldBeLessThanOrEqualTo(1_000 * 5 / 4);
        book.Lanes.Count().ShouldBe(200);
        book.Lanes.ShouldAllBe(l => l.Count > 0 && l.More);
    }

    [Fact]
    public void Empty_lanes_are_forgotten_also_those_that_were_emptied_by_an_offer()
    {
        var book = new QueueBook(1_000);
        book.Want(Some.Interest(slots: 1));
        book.Enqueue("p", Some.Keyed("k1"));
        var offer = book.MatchAll().ShouldHaveSingleItem();
        book.CloseEmptied();
        book.Lanes.Count().ShouldBe(1, "the answer to the offer may bring it back");

        book.Answered(offer.Id, assigned: true, now: 0);
        book.CloseEmptied();

        book.Lanes.ShouldBeEmpty();
    }

    [Fact]
    public void A_lane_that_is_empty_but_whose_table_has_more_is_kept()
    {
        Overflow();
        _book.CloseEmptied();
        _book.Lanes.ShouldHaveSingleItem();

        _book.BeginRefill(Lane);
        _book.EndRefill(Lane, [], complete: true);
        _book.CloseEmptied();

        _book.Lanes.ShouldBeEmpty();
    }

    private QueueLane Lane => _book.Lane(new Requirements().Lane())!;

    // 12 in the table, 10 of them in the window, all of these taken.
    private void Overflow()
    {
        for (var i = 0; i < 12; i++)
        {
            _book.Enqueue($"p{i:00}", since: i);
        }

        Take(10).ShouldBe(Names(0, 10));
        Lane.Count.ShouldBe(0);
        Lane.More.ShouldBeTrue();
    }

    private List<string> Take(int slots)
    {
        _book.Want(Some.Interest("taker", slots, version: ++_version, acked: _book.Demand("taker")?.Used ?? 0));
        var offers = _book.MatchAll();
        offers.ForEach(o => _book.Answered(o.Id, assigned: true, now: 0));
        return offers.Ids();
    }

    private long _version;

    private static List<QueueItem> Items(int from, int to) => [.. Enumerable.Range(from, to - from).Select(i => Some.Item($"p{i:00}", since: i))];

    private static IEnumerable<string> Names(int from, int count) => Enumerable.Range(from, count).Select(i => $"p{i:00}");
}
