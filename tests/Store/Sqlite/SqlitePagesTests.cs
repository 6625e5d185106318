using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>How many pages a transition writes. Counted, not timed.</summary>
public sealed class SqlitePagesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(20_000)]
    [InlineData(1 << 20)]
    public async Task A_large_spec_is_written_once_and_slows_no_transition(int characters)
    {
        var small = await PagesOfTransitions("small.db", 10);
        var large = await PagesOfTransitions("large.db", characters);

        // Each of the 30 transitions touches the same handful of pages: of the journal, the row, its indexes, the counters.
        large.Own.ShouldBeLessThanOrEqualTo(small.Own + 10);
        large.Others.ShouldBeLessThanOrEqualTo(small.Others + 10);
        small.Own.ShouldBeLessThan(30 * 20);
    }

    private async Task<(long Own, long Others)> PagesOfTransitions(string name, int characters)
    {
        await using var store = SqliteStore.Open(_folder.File(name));
        var stories = Enumerable.Range(0, 40).Select(i => new Story(new("default", $"p{i:00}"))).ToList();
        foreach (var (story, i) in stories.Select((s, i) => (s, i)))
        {
            (await store.Journal.AppendAsync(story.Submit(Now, i < 10 ? Specs.Large(characters) : Specs.Plain()))).ShouldBeNull();
        }

        return (await Transitions(store, stories[..10]), await Transitions(store, stories[20..30]));
    }

    private static async Task<long> Transitions(SqliteStore store, List<Story> stories)
    {
        RawSqlite.Scalar(store.Location, "PRAGMA wal_checkpoint(TRUNCATE)").ShouldBe(0L, "The log begins anew.");
        foreach (var story in stories)
        {
            (await store.Journal.AppendAsync(story.Assign(Now))).ShouldBeNull();
            (await store.Journal.AppendAsync(story.Release(Now))).ShouldBeNull();
            (await store.Journal.AppendAsync(story.Cancel(Now))).ShouldBeNull();
        }

        // The log has a head of 32 bytes, then every page that was written, each with 24 bytes before it.
        return (new FileInfo(store.Location + "-wal").Length - 32) / (8192 + 24);
    }
}
