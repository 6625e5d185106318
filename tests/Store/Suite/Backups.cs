using Muster.Persistence;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;

namespace Muster.Tests.Store.Suite;

/// <summary>What a backup has to hold, whichever database it is of.</summary>
internal static class Backups
{
    /// <summary>Writes whole lives, and says how many were acknowledged, until it is stopped.</summary>
    public static async Task WriteAsync(IStore store, string prefix, Action<string> acknowledged, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var story = new Story(new("default", $"{prefix}{i}"));
            var at = store.Clock.GetUtcNow();
            (await store.Journal.AppendAsync(story.Submit(at))).ShouldBeNull();
            (await store.Journal.AppendAsync(story.Assign(at))).ShouldBeNull();
            (await store.Journal.AppendAsync(story.Complete(at, "\"done\""))).ShouldBeNull();
            acknowledged(story.Id.Id);
        }
    }

    /// <summary>Rows, counters and events agree, and all that was acknowledged before the backup is there; writing goes on, and followers see it after what was there.</summary>
    public static async Task CheckAsync(IStore restored, IReadOnlyCollection<string> before)
    {
        foreach (var id in before)
        {
            (await restored.Read.HistoryAsync(new("default", id))).Count.ShouldBe(3, id);
        }

        // Followers see what was written before all that runs on the server now; it is seldom idle.
        var counted = (await restored.Read.CountsAsync(null)).Sum(c => c.Count);
        var events = await Support.Eventually.SeeAsync(() => restored.Read.EventsAsync(0, int.MaxValue), rows => rows.Select(e => e.Process).Distinct().Count() == counted);
        var processes = events.Select(e => e.Process).Distinct().ToList();
        foreach (var process in processes)
        {
            (await restored.Read.FindAsync(process))!.Status.ShouldBe(events.Last(e => e.Process == process).Event!.To);
        }

        var (_, last) = await restored.Read.EventRangeAsync();
        last.ShouldBe(events[^1].Offset);
        var story = new Story(new("default", "after"));
        (await restored.Journal.AppendAsync(story.Submit(restored.Clock.GetUtcNow()))).ShouldBeNull();
        (await Support.Eventually.SeeAsync(() => restored.Read.EventsAsync(last, 10), rows => rows.Count > 0)).Single().Process.ShouldBe(story.Id);
    }
}
