using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

public sealed class QueueConflictTests
{
    [Theory]
    [InlineData(ConflictPolicy.Reject)]
    [InlineData(ConflictPolicy.Replace)]
    public void Below_the_limit_of_the_key_nothing_happens(ConflictPolicy policy)
    {
        var (commands, keep) = QueueConflict.Resolve(Wish(policy, max: 3), Older(2));

        commands.ShouldBeEmpty();
        keep.ShouldBeTrue();
    }

    [Fact]
    public void Reject_refuses_the_newcomer_and_names_the_oldest()
    {
        var (commands, keep) = QueueConflict.Resolve(Wish(ConflictPolicy.Reject, max: 2), Older(2));

        var reject = commands.ShouldHaveSingleItem().ShouldBeOfType<ProcessCommand.Reject>();
        reject.Process.ShouldBe(Some.Id("new"));
        reject.Reason.ShouldContain("old0");
        keep.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(2, 3, 2)]
    public void Replace_cancels_the_oldest_until_there_is_room_for_one(int max, int older, int cancelled)
    {
        var (commands, keep) = QueueConflict.Resolve(Wish(ConflictPolicy.Replace, max), Older(older));

        commands.Select(c => c.ShouldBeOfType<ProcessCommand.Cancel>().Process).ShouldBe(Enumerable.Range(0, cancelled).Select(i => Some.Id($"old{i}")));
        keep.ShouldBeTrue();
    }

    [Fact]
    public void With_more_than_a_page_of_older_ones_the_newcomer_asks_again()
    {
        var (commands, keep) = QueueConflict.Resolve(Wish(ConflictPolicy.Replace, max: 1), Older(QueueConflict.Page + 1));

        commands.Count.ShouldBe(QueueConflict.Page + 1);
        keep.ShouldBeFalse();
    }

    private static QueueMessage.Enqueue Wish(ConflictPolicy policy, int max) => new()
    {
        Queue = new QueueId("default", "default"),
        Process = Some.Id("new"),
        Lane = "lane",
        Requirements = Some.Keyed("k", max, "f"),
        Priority = 0,
        Since = Some.Start,
        OnConflict = policy,
    };

    private static List<RelatedRow> Older(int count) => [.. Enumerable.Range(0, count).Select(i => new RelatedRow($"old{i}", ProcessStatus.Waiting, null))];
}
