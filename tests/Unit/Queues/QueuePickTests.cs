using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>A process that is wanted out of its turn.</summary>
public sealed class QueuePickTests
{
    private readonly QueueBook _book = new(4, leastPerLane: 1);

    [Fact]
    public void It_goes_before_all_others_and_only_once()
    {
        _book.Enqueue("a", since: 1);
        _book.Enqueue("b", since: 2);

        Pick(Some.Item("b", since: 2))!.Item.Id.ShouldBe(Some.Id("b"));
        Pick(Some.Item("b", since: 2)).ShouldBeNull("it is offered already");

        _book.Want(Some.Interest(slots: 10));
        _book.MatchAll().Ids().ShouldBe(["a"]);
    }

    [Fact]
    public void What_only_the_table_has_is_offered_too()
    {
        for (var i = 0; i < 6; i++)
        {
            _book.Enqueue($"p{i}", since: i);
        }

        _book.Waiting.ShouldBe(4);
        Pick(Some.Item("p5", since: 5)).ShouldNotBeNull();
        _book.Want(Some.Interest(slots: 10));
        _book.MatchAll().Ids().ShouldBe(["p0", "p1", "p2", "p3"]);
    }

    [Fact]
    public void When_the_process_declines_places_are_free_again()
    {
        var keyed = Some.Keyed("k");
        var item = Some.Item("a", keyed);
        var offer = Pick(item, keyed)!;
        Pick(Some.Item("b", keyed), keyed).ShouldBeNull("the key is taken");

        _book.Answered(offer.Id, assigned: false, 0);
        Pick(Some.Item("b", keyed), keyed).ShouldNotBeNull();
    }

    [Fact]
    public void An_answer_that_never_comes_brings_it_back()
    {
        var offer = Pick(Some.Item("a"))!;
        _book.Expire(10_000, 100, 2_000).ShouldBe([offer]);
        _book.GiveUp(10_000);

        _book.Want(Some.Interest());
        _book.MatchAll().Ids().ShouldBe(["a"]);
    }

    [Fact]
    public void A_paused_or_full_queue_gives_nothing()
    {
        _book.Enqueue("a");
        _book.Limits.Configure(new QueueSettings { Paused = true }, Some.Start);
        Pick(Some.Item("a")).ShouldBeNull();

        _book.Limits.Configure(new QueueSettings { MaxRunning = 1 }, Some.Start);
        Pick(Some.Item("a")).ShouldNotBeNull();
        Pick(Some.Item("b")).ShouldBeNull();
    }

    [Fact]
    public void Who_cannot_take_it_does_not_get_it() => Pick(Some.Item("a", Some.Function("f")), Some.Function("f"), functions: ["g"]).ShouldBeNull();

    private QueueOffer? Pick(QueueItem item, Requirements? requirements = null, string[]? functions = null) => _book.Pick(
        item, requirements ?? new Requirements(), new QueueDemand(Some.Interest(demand: $"pick-{item.Id.Id}", functions: functions)), () => $"pick-{Guid.NewGuid():N}", 0);
}
