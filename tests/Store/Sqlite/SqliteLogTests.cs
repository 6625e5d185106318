using Muster.Messages.Processes;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>The write-ahead log and other connections to the same file.</summary>
public sealed class SqliteLogTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("store.db");

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Under_constant_load_the_log_begins_anew()
    {
        await using var store = SqliteStore.Open(Path);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(n => Load(store, n, stop.Token)).ToList();
        long longest = 0;

        await Eventually.Holds(
            () =>
            {
                var length = new FileInfo(Path + "-wal").Length;
                longest = Math.Max(longest, length);
                return longest > 64 << 20 && length < 32 << 20;
            },
            "the log grows and begins anew");

        await stop.CancelAsync();
        var written = (await Task.WhenAll(load)).Sum();
        (await store.Read.CountAsync(new() { Namespace = "default" })).ShouldBe(written);
        RawSqlite.Scalar(Path, "PRAGMA quick_check").ShouldBe("ok");
    }

    [Fact]
    public async Task Another_writer_only_delays()
    {
        await using var store = SqliteStore.Open(Path);
        var story = new Story(new("default", "a"));
        using var other = RawSqlite.Connect(Path);
        RawSqlite.Scalar(other, "BEGIN IMMEDIATE");
        var write = store.Journal.AppendAsync(story.Submit(Now));
        (await store.Read.FindAsync(story.Id)).ShouldBeNull("Readers do not wait.");
        write.IsCompleted.ShouldBeFalse();

        RawSqlite.Scalar(other, "COMMIT");
        (await write).ShouldBeNull();
        store.Gauge.Refusal().ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_that_takes_its_time_holds_nobody_up()
    {
        await using var store = SqliteStore.Open(Path);
        var story = new Story(new("default", "a"));
        (await store.Journal.AppendAsync(story.Submit(Now))).ShouldBeNull();
        using var other = RawSqlite.Connect(Path);
        RawSqlite.Scalar(other, "BEGIN");
        RawSqlite.Scalar(other, "SELECT status FROM process").ShouldBe((long)ProcessStatus.Waiting);

        (await store.Journal.AppendAsync(story.Assign(Now))).ShouldBeNull();
        (await store.Read.FindAsync(story.Id))!.Status.ShouldBe(ProcessStatus.Running);
        RawSqlite.Scalar(other, "SELECT status FROM process").ShouldBe((long)ProcessStatus.Waiting, "It sees the moment at which it began.");
    }

    private static async Task<int> Load(SqliteStore store, int n, CancellationToken until)
    {
        var written = 0;
        while (!until.IsCancellationRequested)
        {
            (await store.Journal.AppendAsync(new Story(new("default", $"p{n}-{written++}")).Submit(Now, Specs.Large(500_000)))).ShouldBeNull();
        }

        return written;
    }
}
