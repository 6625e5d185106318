using Microsoft.Extensions.Time.Testing;
using Muster.Persistence;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Persistence;

public sealed class StoreClockTests
{
    private static readonly DateTimeOffset Start = new DateTimeOffset(2001, 2, 3, 4, 5, 6, 789, TimeSpan.Zero).AddTicks(9_999);

    [Fact]
    public void It_starts_at_the_time_of_the_store_whatever_the_wall_clock_says()
    {
        var now = new StoreClock(Start).GetUtcNow();

        now.ShouldBeInRange(StoreClock.Whole(Start), Start.AddSeconds(30));
    }

    [Fact]
    public void It_never_goes_back_and_tells_whole_milliseconds()
    {
        var clock = new StoreClock(Start);
        var last = clock.GetUtcNow();
        for (var i = 0; i < 100_000; i++)
        {
            var now = clock.GetUtcNow();
            now.ShouldBeGreaterThanOrEqualTo(last);
            (now.Ticks % TimeSpan.TicksPerMillisecond).ShouldBe(0);
            last = now;
        }
    }

    [Fact]
    public async Task It_moves_on()
    {
        var clock = new StoreClock(Start);
        var first = clock.GetUtcNow();

        while (clock.GetUtcNow() == first)
        {
            await Task.Yield();
        }

        clock.GetUtcNow().ShouldBeGreaterThan(first);
    }

    [Fact]
    public void It_follows_a_store_that_drifts_by_a_millisecond_at_a_time()
    {
        var monotonic = new FakeTimeProvider();
        var clock = new StoreClock(Start, monotonic);
        monotonic.Advance(TimeSpan.FromMinutes(1));
        var store = Start.AddMinutes(1).AddMilliseconds(3);

        for (var i = 0; i < 5; i++)
        {
            clock.Follow(store, TimeSpan.Zero).ShouldBe(TimeSpan.Zero);
            clock.GetUtcNow().ShouldBe(StoreClock.Whole(Start.AddMinutes(1).AddMilliseconds(Math.Min(i + 1, 3))));
        }

        clock.Follow(store.AddMilliseconds(-500), TimeSpan.Zero).ShouldBe(TimeSpan.Zero);
        clock.GetUtcNow().ShouldBe(StoreClock.Whole(Start.AddMinutes(1).AddMilliseconds(2)));
    }

    [Fact]
    public void It_follows_neither_a_store_whose_clock_was_set_nor_a_slow_answer()
    {
        var monotonic = new FakeTimeProvider();
        var clock = new StoreClock(Start, monotonic);

        clock.Follow(Start.AddHours(1), TimeSpan.Zero).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        clock.Follow(Start.AddHours(-1), TimeSpan.Zero).ShouldBeInRange(TimeSpan.FromHours(-1), TimeSpan.FromHours(-1) + TimeSpan.FromMilliseconds(1));
        clock.Follow(Start.AddMilliseconds(300), TimeSpan.FromMilliseconds(600)).ShouldBe(TimeSpan.Zero);

        clock.GetUtcNow().ShouldBe(StoreClock.Whole(Start));
    }

    [Fact]
    public void A_time_is_rounded_down_so_that_nothing_fires_early()
    {
        StoreClock.Whole(Start).ShouldBe(new DateTimeOffset(2001, 2, 3, 4, 5, 6, 789, TimeSpan.Zero));
        StoreClock.Whole(StoreClock.Whole(Start)).ShouldBe(StoreClock.Whole(Start));
    }
}
