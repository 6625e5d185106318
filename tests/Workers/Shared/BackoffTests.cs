using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Shared;

public sealed class BackoffTests
{
    private static readonly Backoff Rule = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(int.MaxValue, 30)]
    public void Each_failure_doubles_the_wait_up_to_the_cap(int failures, int seconds) => Rule.After(failures).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Chance_takes_off_its_part_and_adds_nothing() =>
        (Rule with { Jitter = 0.5 }).After(6, chance: 0.999).ShouldBeInRange(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
}
