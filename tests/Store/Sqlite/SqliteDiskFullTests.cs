using Muster.Messages;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>What happens while the disk has no space.</summary>
public sealed class SqliteDiskFullTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private Tmpfs _disk = null!;

    private string Ballast => Path.Combine(_disk.Path, "ballast");

    /// <inheritdoc />
    public Task InitializeAsync()
    {
        _disk = new Tmpfs(_folder.File("disk"), "12m");
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        _disk.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Little_space_refuses_submits_and_nothing_else()
    {
        await using var store = Open(minFree: 4 << 20);
        var story = new Story(new("default", "a"));
        (await store.Journal.AppendAsync(story.Submit(Now))).ShouldBeNull();
        store.Gauge.Refusal().ShouldBeNull();

        Fill(leave: 3 << 20);
        await Eventually.Holds(() => store.Gauge.Refusal() == Problem.StorageFull, "submits are refused");
        (await store.Journal.AppendAsync(story.Assign(Now))).ShouldBeNull();
        (await store.Journal.AppendAsync(story.Complete(Now))).ShouldBeNull();

        File.Delete(Ballast);
        await Eventually.Holds(() => store.Gauge.Refusal() is null, "submits are taken again");
    }

    [Fact]
    public async Task Without_space_writes_are_held_and_done_when_it_returns()
    {
        await using var store = Open(minFree: 0);
        var stories = Enumerable.Range(0, 300).Select(i => new Story(new("default", $"p{i:000}"))).ToList();
        await Task.WhenAll(stories[..100].Select(s => store.Journal.AppendAsync(s.Submit(Now))));

        Fill(leave: 0);
        var held = stories[100..].Select(s => store.Journal.AppendAsync(s.Submit(Now, Specs.Large(4_000)))).ToList();
        var completes = stories[..100].Select(s => store.Journal.AppendAsync(s.Assign(Now))).ToList();
        await Eventually.Holds(() => store.Gauge.StoreAway, "the store is away");
        store.Gauge.Refusal().ShouldBe(Problem.StorageFull, "Whoever asks hears the reason.");
        (await store.Read.CountAsync(new() { Namespace = "default" })).ShouldBeGreaterThanOrEqualTo(100, "Reads go on.");
        var acknowledged = held.Count(w => w.IsCompleted);
        acknowledged.ShouldBeLessThan(200);

        File.Delete(Ballast);
        (await Task.WhenAll([.. held, .. completes])).ShouldAllBe(outcome => outcome == null);
        store.Gauge.Refusal().ShouldBeNull();
        await AllThere(store, stories);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_store_is_closed_without_space()
    {
        var stories = Enumerable.Range(0, 200).Select(i => new Story(new("default", $"p{i:000}"))).ToList();
        var acknowledged = new List<Story>();
        await using (var store = Open(minFree: 0))
        {
            Fill(leave: 1 << 20);
            var writes = stories.Select(s => (Story: s, Write: store.Journal.AppendAsync(s.Submit(Now, Specs.Large(50_000))))).ToList();
            await Eventually.Holds(() => store.Gauge.StoreAway, "the store is away");
            await store.DisposeAsync();
            foreach (var (story, write) in writes)
            {
                try
                {
                    (await write).ShouldBeNull();
                    acknowledged.Add(story);
                }
                catch (StoreUnavailableException e)
                {
                    e.DiskFull.ShouldBeTrue();
                }
            }
        }

        File.Delete(Ballast);
        await using var again = Open(minFree: 0);
        await AllThere(again, acknowledged);
        acknowledged.Count.ShouldBeLessThan(200);
    }

    private static async Task AllThere(SqliteStore store, IReadOnlyList<Story> stories)
    {
        foreach (var story in stories)
        {
            (await store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(story.Events.Count, story.PersistenceId);
            (await store.Read.FindAsync(story.Id)).ShouldNotBeNull().Status.ShouldBe(story.State.Status);
        }

        RawSqlite.Scalar(store.Location, "PRAGMA integrity_check").ShouldBe("ok");
    }

    private SqliteStore Open(long minFree) => SqliteStore.Open(Path.Combine(_disk.Path, "muster.db"), new StoreOptions { MinFreeDisk = minFree, BatchWorks = 20 });

    // Something else takes the space.
    private void Fill(long leave)
    {
        using var file = File.Create(Ballast);
        var block = new byte[4096];
        var disk = new DriveInfo(_disk.Path);
        try
        {
            while (disk.AvailableFreeSpace > leave)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException) when (leave == 0)
        {
            // Full to the last byte.
        }
    }
}
