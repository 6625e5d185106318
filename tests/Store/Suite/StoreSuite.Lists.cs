using System.Collections.Immutable;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_list_gives_exactly_what_its_filter_says_page_by_page()
    {
        var life = await Live(41, waves: 30);
        var all = new List<ProcessRow>();
        foreach (var story in life.Stories)
        {
            all.Add((await Store.Read.FindAsync(story.Id))!);
            Shape(all[^1]).ShouldBe(Shape(Expected.Row(story)));
        }

        var random = new Random(41);
        var found = 0;
        for (var i = 0; i < 150; i++)
        {
            var filter = RandomFilter(random, life);
            var expected = all.Where(r => Matches(filter, r)).OrderByDescending(r => r.Seq).Select(r => (r.Seq, r.Id, r.Status, r.UpdatedAt)).ToList();
            found += expected.Count;
            (await Pages(filter, random.Next(10, 60))).SequenceEqual(expected).ShouldBeTrue(filter.ToString());
            (await Store.Read.CountAsync(filter)).ShouldBe(expected.Count, filter.ToString());
        }

        found.ShouldBeGreaterThan(1_000, "The filters must find something.");
    }

    [Fact]
    public async Task A_list_begins_with_the_newest()
    {
        await Write(New("a").Submit(At(0)), New("b").Submit(At(1)), New("c").Submit(At(2)), New("d", "other").Submit(At(3)));

        var rows = await Store.Read.ListAsync(new ProcessFilter { Namespace = "default" }, null, 2);
        rows.Select(r => r.Id.Id).ShouldBe(["c", "b"]);
        rows = await Store.Read.ListAsync(new ProcessFilter { Namespace = "default" }, rows[^1].Seq, 2);
        rows.Select(r => r.Id.Id).ShouldBe(["a"]);
        (await Store.Read.ListAsync(new ProcessFilter { Namespace = "default" }, rows[^1].Seq, 2)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_label_is_found_by_its_exact_value()
    {
        await Write(
            New("a").Submit(At(0), Specs.Labelled(("k", "v"), ("empty", ""))),
            New("b").Submit(At(0), Specs.Labelled(("k", "V"), ("k2", "v"))),
            New("c", "other").Submit(At(0), Specs.Labelled(("k", "v"))));

        (await Labelled(("k", "v"))).ShouldBe(["a"]);
        (await Labelled(("k", "V"), ("k2", "v"))).ShouldBe(["b"]);
        (await Labelled(("empty", ""))).ShouldBe(["a"]);
        (await Labelled(("k", "v"), ("k2", "v"))).ShouldBeEmpty();
        (await Labelled(("v", "k"))).ShouldBeEmpty();
        (await Labelled(("k", "v' OR 1=1 --"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_time_of_submission_counts_from_and_not_to_the_limit()
    {
        await Write(New("a").Submit(At(1)), New("b").Submit(At(2)), New("c").Submit(At(3)));

        var rows = await Store.Read.ListAsync(new ProcessFilter { Namespace = "default", CreatedAfter = At(2), CreatedBefore = At(3) }, null, 10);

        rows.Select(r => r.Id.Id).ShouldBe(["b"]);
    }

    private static ProcessFilter RandomFilter(Random random, RandomLife life)
    {
        var story = life.Stories[random.Next(life.Stories.Count)];
        var spec = ((ProcessEvent.Submitted)story.Events[0]).Spec;
        bool Maybe() => random.Next(4) == 0;
        return new ProcessFilter
        {
            Namespace = story.Id.Namespace,
            Statuses = Maybe() ? [story.State.Status, (ProcessStatus)random.Next(1, 7)] : [],
            Queue = Maybe() ? spec.Queue : null,
            Workflow = Maybe() ? spec.Workflow : null,
            Func = Maybe() ? spec.Func : null,
            Name = Maybe() ? spec.Name : null,
            Executor = Maybe() ? $"worker{random.Next(4)}" : null,
            Labels = Maybe() ? spec.Labels.Take(2).ToImmutableSortedDictionary() : ImmutableSortedDictionary<string, string>.Empty,
            CreatedAfter = Maybe() ? story.Events[0].At : null,
            CreatedBefore = Maybe() ? story.Events[0].At.AddMilliseconds(500) : null,
        };
    }

    private static bool Matches(ProcessFilter filter, ProcessRow row) =>
        row.Id.Namespace == filter.Namespace
        && (filter.Statuses.IsEmpty || filter.Statuses.Contains(row.Status))
        && (filter.Queue is null || filter.Queue == row.Queue)
        && (filter.Workflow is null || filter.Workflow == row.Workflow)
        && (filter.Func is null || filter.Func == row.Func)
        && (filter.Name is null || filter.Name == row.Name)
        && (filter.Executor is null || filter.Executor == row.Executor)
        && filter.Labels.All(l => row.Labels is not null && row.Labels.TryGetValue(l.Key, out var value) && value == l.Value)
        && (filter.CreatedAfter is null || row.CreatedAt >= filter.CreatedAfter)
        && (filter.CreatedBefore is null || row.CreatedAt < filter.CreatedBefore);

    private async Task<List<(long, Messages.ProcessId, ProcessStatus, DateTimeOffset)>> Pages(ProcessFilter filter, int size)
    {
        var rows = new List<(long, Messages.ProcessId, ProcessStatus, DateTimeOffset)>();
        long? before = null;
        while (true)
        {
            var page = await Store.Read.ListAsync(filter, before, size);
            rows.AddRange(page.Select(r => (r.Seq, r.Id, r.Status, r.UpdatedAt)));
            if (page.Count < size)
            {
                return rows;
            }

            before = page[^1].Seq;
        }
    }

    private async Task<IEnumerable<string>> Labelled(params (string Key, string Value)[] labels) =>
        (await Store.Read.ListAsync(new ProcessFilter { Namespace = "default", Labels = labels.ToImmutableSortedDictionary(l => l.Key, l => l.Value) }, null, 10)).Select(r => r.Id.Id);
}
