using CsCheck;
using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

public sealed class QueueLimitsTests
{
    private readonly QueueBook _book = new(10_000);

    [Fact]
    public void Max_running_is_never_exceeded_and_a_freed_place_is_used_again()
    {
        Configure(new QueueSettings { MaxRunning = 3 });
        Fill(10);
        _book.Want(Some.Interest(slots: 10));

        var offers = _book.MatchAll();
        offers.Select(o => o.Slots.ShouldHaveSingleItem()).ShouldBe([new("", 1), new("", 2), new("", 3)]);
        offers.ForEach(o => _book.Answered(o.Id, assigned: true, now: 0));
        _book.MatchAll().ShouldBeEmpty();

        _book.Limits.Free(offers[1].Item.Id, offers[1].Slots);
        _book.MatchAll().ShouldHaveSingleItem().Slots.ShouldBe([new SlotClaim("", 2)]);
    }

    [Fact]
    public void A_concurrency_key_is_shared_by_all_lanes_that_name_it()
    {
        _book.Enqueue("a", Some.Keyed("k", 2, "f"), since: 1);
        _book.Enqueue("b", Some.Keyed("k", 2, "g"), since: 2);
        _book.Enqueue("c", Some.Keyed("k", 2, "f"), since: 3);
        _book.Want(Some.Interest(slots: 10));

        var offers = _book.MatchAll();

        offers.Ids().ShouldBe(["a", "b"]);
        offers.SelectMany(o => o.Slots).ShouldBe([new("k:k", 1), new("k:k", 2)]);
    }

    [Fact]
    public void A_key_and_the_limit_of_the_queue_hold_together()
    {
        Configure(new QueueSettings { MaxRunning = 2 });
        _book.Enqueue("a", Some.Keyed("k"), since: 1);
        _book.Enqueue("b", Some.Keyed("k"), since: 2);
        _book.Enqueue("c", since: 3);
        _book.Enqueue("d", since: 4);
        _book.Want(Some.Interest(slots: 10));

        var offers = _book.MatchAll();

        offers.Ids().ShouldBe(["a", "c"]);
        offers[0].Slots.ShouldBe([new("", 1), new("k:k", 1)]);
    }

    [Fact]
    public void A_key_with_the_empty_name_is_not_the_limit_of_the_queue()
    {
        Configure(new QueueSettings { MaxRunning = 5 });
        _book.Enqueue("a", Some.Keyed(""));
        _book.Want(Some.Interest());

        _book.MatchAll().ShouldHaveSingleItem().Slots.ShouldBe([new("", 1), new("k:", 1)]);
    }

    [Fact]
    public void Places_of_a_declined_offer_are_free_again()
    {
        _book.Enqueue("a", Some.Keyed("k"), since: 1);
        _book.Enqueue("b", Some.Keyed("k"), since: 2);
        _book.Want(Some.Interest(slots: 10));
        var offer = _book.MatchAll().ShouldHaveSingleItem();

        _book.Answered(offer.Id, assigned: false, now: 0);

        _book.MatchAll().Ids().ShouldBe(["b"]);
    }

    [Fact]
    public void A_place_that_another_process_holds_by_now_is_not_freed()
    {
        _book.Enqueue("a", Some.Keyed("k"));
        _book.Enqueue("b", Some.Keyed("k"), since: 1);
        _book.Limits.Load([new SlotRow("k:k", 1, Some.Id("holder"), 4)]);
        _book.Want(Some.Interest(slots: 10));

        _book.Limits.Free(Some.Id("a"), [new SlotClaim("k:k", 1)]);
        _book.MatchAll().ShouldBeEmpty();
        _book.Limits.Free(Some.Id("holder"), [new SlotClaim("k:k", 1)]);

        _book.MatchAll().Ids().ShouldBe(["a"]);
    }

    [Fact]
    public void A_lowered_limit_lets_nothing_start_until_enough_have_ended()
    {
        Configure(new QueueSettings { MaxRunning = 5 });
        Fill(10);
        _book.Want(Some.Interest(slots: 10));
        var offers = _book.MatchAll();
        offers.ForEach(o => _book.Answered(o.Id, assigned: true, now: 0));

        Configure(new QueueSettings { MaxRunning = 2 });
        foreach (var ended in offers.Take(3))
        {
            _book.MatchAll().ShouldBeEmpty();
            _book.Limits.Free(ended.Item.Id, ended.Slots);
        }

        _book.MatchAll().ShouldBeEmpty("4 and 5 are taken, which makes two");
        _book.Limits.Free(offers[4].Item.Id, offers[4].Slots);
        _book.MatchAll().ShouldHaveSingleItem().Slots.ShouldBe([new SlotClaim("", 1)]);
    }

    [Fact]
    public void A_paused_queue_starts_nothing()
    {
        Fill(1);
        _book.Want(Some.Interest());
        Configure(new QueueSettings { Paused = true });
        _book.MatchAll().ShouldBeEmpty();

        Configure(new QueueSettings());
        _book.MatchAll().ShouldHaveSingleItem();
    }

    [Fact]
    public void The_places_of_the_store_replace_what_was_believed()
    {
        Configure(new QueueSettings { MaxRunning = 2 });
        Fill(3);
        _book.Want(Some.Interest(slots: 3));
        _book.Limits.Load([new SlotRow("", 1, Some.Id("x"), 1), new SlotRow("", 2, Some.Id("y"), 1)]);
        _book.MatchAll().ShouldBeEmpty();
        _book.Limits.AnyTaken.ShouldBeTrue();

        _book.Limits.Load([new SlotRow("", 1, Some.Id("x"), 1)]);

        _book.MatchAll().ShouldHaveSingleItem().Slots.ShouldBe([new SlotClaim("", 2)]);
    }

    [Fact]
    public void A_rate_bucket_starts_empty_and_allows_one_start_after_its_time()
    {
        var limits = new QueueLimits();
        limits.Configure(new QueueSettings { RatePerSecond = 2 }, Some.Start);

        limits.UntilRateAllows(Some.Start).ShouldBeInRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.502));
        limits.UntilRateAllows(Some.Start.AddSeconds(0.5)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_new_rate_starts_empty_again_and_the_same_rate_does_not()
    {
        var limits = new QueueLimits();
        limits.Configure(new QueueSettings { RatePerSecond = 10 }, Some.Start);
        limits.UntilRateAllows(Some.Start.AddSeconds(1)).ShouldBe(TimeSpan.Zero);

        limits.Configure(new QueueSettings { RatePerSecond = 10, MaxRunning = 5 }, Some.Start.AddSeconds(1));
        limits.UntilRateAllows(Some.Start.AddSeconds(1)).ShouldBe(TimeSpan.Zero);

        limits.Configure(new QueueSettings { RatePerSecond = 20 }, Some.Start.AddSeconds(1));
        limits.UntilRateAllows(Some.Start.AddSeconds(1)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e-300)]
    [InlineData(1e-9)]
    public void A_rate_of_next_to_nothing_starts_nothing_and_breaks_nothing(double rate)
    {
        var limits = new QueueLimits();
        limits.Configure(new QueueSettings { RatePerSecond = rate }, Some.Start);

        limits.UntilRateAllows(Some.Start.AddDays(1)).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }

    [Fact]
    public void Over_any_time_no_more_starts_than_the_rate_and_one_burst_allow() =>
        Gen.Select(Gen.Double[0.1, 200], Gen.Int[0, 2_000].Array[1, 80]).Sample((rate, waits) =>
        {
            var limits = new QueueLimits();
            limits.Configure(new QueueSettings { RatePerSecond = rate }, Some.Start);
            var lane = new QueueLane("l", new Requirements());
            var now = Some.Start;
            var starts = 0;
            foreach (var wait in waits)
            {
                now = now.AddMilliseconds(wait);
                while (limits.UntilRateAllows(now) == TimeSpan.Zero)
                {
                    limits.Take(lane, Some.Id($"p{starts++}"));
                }

                ((double)starts).ShouldBeLessThanOrEqualTo(((now - Some.Start).TotalSeconds * rate) + 1e-6);
            }

            // Nothing is lost either: after the time it says, it allows.
            limits.UntilRateAllows(now + limits.UntilRateAllows(now)).ShouldBe(TimeSpan.Zero);
        }, iter: 2_000);

    [Fact]
    public void Places_are_unique_and_within_the_limit_in_any_order_of_taking_and_freeing() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[0, 20].Array[1, 100]).Sample((max, steps) =>
        {
            var limits = new QueueLimits();
            limits.Configure(new QueueSettings { MaxRunning = max }, Some.Start);
            limits.Load([new SlotRow("", max + 3, Some.Id("from-a-higher-limit"), 1)]);
            var lane = new QueueLane("l", new Requirements());
            var held = new List<(Muster.Messages.ProcessId Process, SlotClaim[] Slots)>();
            foreach (var (step, n) in steps.Select((s, n) => (s, n)))
            {
                if (step % 3 == 0 && held.Count > 0)
                {
                    var (process, slots) = held[step % held.Count];
                    limits.Free(process, slots);
                    held.RemoveAt(step % held.Count);
                }
                else if (limits.HasPlace(lane))
                {
                    held.Add((Some.Id($"p{n}"), limits.Take(lane, Some.Id($"p{n}"))));
                }

                held.Count.ShouldBeLessThanOrEqualTo(max - 1);
                limits.HasPlace(lane).ShouldBe(held.Count < max - 1);
                var places = held.ConvertAll(h => h.Slots.ShouldHaveSingleItem().Slot);
                places.Distinct().Count().ShouldBe(places.Count);
                places.All(p => p >= 1 && p <= max).ShouldBeTrue();
            }
        }, iter: 2_000);

    private void Configure(QueueSettings settings) => _book.Limits.Configure(settings, Some.Start);

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _book.Enqueue($"p{i}", since: i);
        }
    }
}
