using Muster.Messages;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Messages;

public sealed class IdsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Build.step-1_x")]
    [InlineData("0")]
    [InlineData(".hidden")]
    [InlineData("..a")]
    public void An_id_of_letters_digits_dots_dashes_and_underscores_is_valid(string id) => Ids.IsValid(id).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("%2e")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    public void What_cannot_stand_in_a_path_is_no_id(string? id) => Ids.IsValid(id).ShouldBeFalse();

    [Fact]
    public void An_id_has_at_most_128_characters()
    {
        Ids.IsValid(new string('x', 128)).ShouldBeTrue();
        Ids.IsValid(new string('x', 129)).ShouldBeFalse();
    }

    [Fact]
    public void A_new_id_is_valid_and_sorts_by_the_time_it_was_made()
    {
        var clock = new SetClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(Ids.New(clock));
            clock.Now += TimeSpan.FromMilliseconds(1);
        }

        ids.ShouldAllBe(id => Ids.IsValid(id));
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("default/a", "default", "a")]
    [InlineData("team-1/x.y", "team-1", "x.y")]
    public void An_entity_id_is_namespace_slash_id(string text, string nameSpace, string id)
    {
        ProcessId.Parse(text).ShouldBe(new ProcessId(nameSpace, id));
        new ProcessId(nameSpace, id).ToString().ShouldBe(text);
        QueueId.Parse(text).ShouldBe(new QueueId(nameSpace, id));
        new QueueId(nameSpace, id).ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("/a")]
    [InlineData("")]
    public void Text_without_a_namespace_is_no_entity_id(string text) => Should.Throw<FormatException>(() => ProcessId.Parse(text));

    [Fact]
    public void Every_entity_has_a_shard_in_range_and_always_the_same()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var shard = Shards.Of($"default/{i}", 128);
            shard.ShouldBeInRange(0, 127);
            Shards.Of($"default/{i}", 128).ShouldBe(shard);
        }

        // These stand in stores already: neither hash nor count may change.
        Shards.Of("default/a", 128).ShouldBe(74);
        Shards.Of("default/0190a0b0-0000-7000-8000-000000000000", 128).ShouldBe(98);
    }

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
