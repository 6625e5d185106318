using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_history_is_every_transition_of_one_process_in_order()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), New("ab").Submit(At(0)), story.Assign(At(1)), story.Fail(At(2)), story.Cancel(At(3)));

        var history = await Store.Read.HistoryAsync(story.Id);

        history.Select(h => h.Event!.GetType()).ShouldBe([typeof(ProcessEvent.Submitted), typeof(ProcessEvent.Assigned), typeof(ProcessEvent.AttemptEnded), typeof(ProcessEvent.Cancelled)]);
        history.Select(h => h.Event!.At).ShouldBe([At(0), At(1), At(2), At(3)]);
        history.Select(h => h.Offset).ShouldBeInOrder();
        history.ShouldAllBe(h => h.Process == story.Id);
        (await Store.Read.HistoryAsync(new ProcessId("default", "nobody"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_of_all_processes_are_read_on_from_any_place()
    {
        var life = await Live(61, waves: 20);
        await Write(Appends.Of("x/default/w1", 1, "w", Registered("w1", 1)));

        await SeenByFollowersAsync();
        var read = new Dictionary<ProcessId, List<Type>>();
        long offset = 0;
        while (await Store.Read.EventsAsync(offset, 37) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                row.Offset.ShouldBeGreaterThan(offset);
                offset = row.Offset;
                read.TryAdd(row.Process, []);
                read[row.Process].Add(row.Event!.GetType());
            }
        }

        read.Count.ShouldBe(life.Stories.Count);
        foreach (var story in life.Stories)
        {
            read[story.Id].ShouldBe(story.Events.Select(e => e.GetType()));
        }

        (await RangeAsync()).ShouldBe((1, life.Stories.Sum(s => s.Events.Count) + 1));
    }

    [Fact]
    public async Task The_range_of_events_tells_what_retention_took()
    {
        (await RangeAsync()).ShouldBe((1, 0));
        var (lasting, old, young) = (New("lasting"), New("old"), New("young"));
        await Write(lasting.Submit(At(0)));
        await Write(old.Submit(At(0)));
        await Write(old.Cancel(At(1)));
        await Write(young.Submit(At(2)));
        (await RangeAsync()).ShouldBe((1, 4));

        await Store.Rows.RemoveFinishedAsync(At(10), 10);
        (await RangeAsync()).ShouldBe((4, 4), "What the lasting one did is kept, but behind it some is missing.");
        await Store.Rows.RemoveFinishedAsync(At(10), 10);
        (await RangeAsync()).ShouldBe((4, 4));

        await Write(young.Cancel(At(11)));
        await Store.Rows.RemoveFinishedAsync(At(20), 10);
        (await RangeAsync()).ShouldBe((6, 5), "Places are never given twice.");
    }

    private async Task<(long First, long Last)> RangeAsync()
    {
        await SeenByFollowersAsync();
        return await Store.Read.EventRangeAsync();
    }
}
