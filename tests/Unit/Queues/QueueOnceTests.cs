using Muster.Engine.Queues;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>Demands that take what is there once: long polls, which have their answer then.</summary>
public sealed class QueueOnceTests
{
    private readonly QueueBook _book = new(100);

    public QueueOnceTests() => _book.Want(Some.Interest(slots: 10, once: true));

    [Fact]
    public void All_that_is_there_is_offered_and_nothing_that_comes_later()
    {
        _book.Enqueue("a");
        _book.Enqueue("b");
        Round().Ids().ShouldBe(["a", "b"]);

        _book.Enqueue("c");
        Round().ShouldBeEmpty();
    }

    [Fact]
    public void Nor_after_it_got_something()
    {
        _book.Enqueue("a");
        _book.Answered(Round().Single().Id, assigned: true, 0);
        _book.Enqueue("b");
        Round().ShouldBeEmpty();
        // The dispatcher said this before it heard of the attempt.
        _book.Want(Some.Interest(slots: 10, version: 2, once: true));
        Round().ShouldBeEmpty();
        _book.Want(Some.Interest(slots: 9, version: 3, acked: 1, once: true, served: true));
        Round().ShouldBeEmpty();
    }

    [Fact]
    public void Offers_that_nobody_took_leave_it_waiting()
    {
        _book.Enqueue("a");
        _book.Enqueue("b");
        var offers = Round();
        _book.Answered(offers[0].Id, assigned: false, 0);
        _book.Enqueue("c");
        Round().ShouldBeEmpty();

        _book.Answered(offers[1].Id, assigned: false, 0);
        Round().Ids().ShouldBe(["c"]);
    }

    [Fact]
    public void Offers_that_are_late_leave_it_waiting()
    {
        _book.Enqueue("a");
        Round().Ids().ShouldBe(["a"]);
        _book.Expire(10_000, 100, 2_000).Ids().ShouldBe(["a"]);
        _book.Enqueue("b");
        Round().Ids().ShouldBe(["b"]);
    }

    [Fact]
    public void What_never_reached_it_leaves_it_waiting()
    {
        _book.Enqueue("a");
        _book.Answered(Round().Single().Id, assigned: true, 0);
        _book.Enqueue("b");
        _book.Want(Some.Interest(slots: 9, version: 2, acked: 1, once: true, served: true));
        Round().ShouldBeEmpty();

        _book.Want(Some.Interest(slots: 10, version: 3, acked: 1, once: true));
        Round().Ids().ShouldBe(["b"]);
    }

    [Fact]
    public void The_same_question_of_another_waits_whatever_the_first_got()
    {
        _book.Enqueue("a");
        _book.Enqueue("b");
        var offers = Round();
        _book.Answered(offers[0].Id, assigned: true, 0);
        _book.Want(Some.Interest(slots: 10, version: 2, once: true, requester: "another"));
        _book.Enqueue("c");
        Round().Ids().ShouldBe(["c"]);
        // That was offered to the first, who gets it.
        _book.Answered(offers[1].Id, assigned: true, 0);
        _book.Enqueue("d");
        Round().ShouldBeEmpty();
    }

    [Fact]
    public void Who_does_not_take_only_once_gets_more()
    {
        _book.Want(Some.Interest(slots: 0, version: 2, once: true));
        _book.Want(Some.Interest("worker", slots: 10));
        _book.Enqueue("a");
        Round().Ids().ShouldBe(["a"]);
        _book.Enqueue("b");
        Round().Ids().ShouldBe(["b"]);
    }

    private List<QueueOffer> Round()
    {
        var offers = _book.MatchAll();
        offers.ForEach(o => _book.WentRound(o.Demand));
        return offers;
    }
}
