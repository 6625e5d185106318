using System.Globalization;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Counts_equal_the_rows_after_any_history(int seed)
    {
        var life = await Live(seed, waves: 30);

        await CountsAreTheRows();
        var expected = life.Stories.GroupBy(s => (s.Id.Namespace, s.State.Queue, s.State.Status)).ToDictionary(g => g.Key, g => (long)g.Count());
        (await Store.Read.CountsAsync(null)).ToDictionary(c => (c.Namespace, c.Queue, c.Status), c => c.Count).ShouldBe(expected, ignoreOrder: true);
        (await Store.Read.CountsAsync("other")).Sum(c => c.Count).ShouldBe(life.Stories.Count(s => s.Id.Namespace == "other"));
        (await Store.Read.CountAsync(new ProcessFilter { Namespace = "default" })).ShouldBe(life.Stories.Count(s => s.Id.Namespace == "default"));
    }

    [Fact]
    public async Task A_queue_exists_once_it_had_a_process_or_has_settings()
    {
        var story = New("a");
        await Write(story.Submit(At(0), Making.Specs.Plain("used")));
        await Store.Rows.PutQueueAsync(new QueueId("default", "set"), new QueueSettings(), At(0));
        await Write(story.Cancel(At(1)));
        await Store.Rows.RemoveFinishedAsync(At(10), 10);

        (await Store.Read.QueueExistsAsync(new QueueId("default", "used"))).ShouldBeTrue("It had a process.");
        (await Store.Read.QueueExistsAsync(new QueueId("default", "set"))).ShouldBeTrue();
        (await Store.Read.QueueExistsAsync(new QueueId("other", "used"))).ShouldBeFalse();
        (await Store.Read.QueueExistsAsync(new QueueId("default", "never"))).ShouldBeFalse();
        (await Store.Read.CountsAsync(null)).ShouldBeEmpty("A count of zero is no news.");
    }

    /// <summary>Invariant: the counters say what counting the rows would say.</summary>
    protected async Task CountsAreTheRows()
    {
        var counted = (await Store.Read.CountsAsync(null)).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Namespace} | {c.Queue} | {(int)c.Status} | {c.Count}"));
        counted.Order(StringComparer.Ordinal).ShouldBe(
            Raw("SELECT namespace, queue, status, count(*) FROM process GROUP BY namespace, queue, status").Order(StringComparer.Ordinal));
    }
}
