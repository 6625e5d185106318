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
    public void A_time_is_rounded_down_so_that_nothing_fires_early()
    {
        StoreClock.Whole(Start).ShouldBe(new DateTimeOffset(2001, 2, 3, 4, 5, 6, 789, TimeSpan.Zero));
        StoreClock.Whole(StoreClock.Whole(Start)).ShouldBe(StoreClock.Whole(Start));
    }
}
