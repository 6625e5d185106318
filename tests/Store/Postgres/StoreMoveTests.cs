using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Keys;
using Muster.Persistence.Moving;
using Muster.Persistence.Postgres;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Making;
using Muster.Tests.Store.Sqlite;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>A store that moves from SQLite to PostgreSQL takes everything along.</summary>
public sealed class StoreMoveTests : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private string _address = "";

    private string Path => _folder.File("muster.db");

    /// <inheritdoc />
    public async Task InitializeAsync() => _address = await (await PostgresServer.SharedAsync()).NewDatabaseAsync();

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Everything_is_there_and_goes_on_where_it_was()
    {
        var life = new RandomLife(7, T0);
        var story = new Story(new("default", "with-everything"));
        var key = new KeyRow { Id = "old", Hash = KeyText.New().Hash(), Name = "ada", Role = KeyRole.Worker, Namespace = "n", CreatedAt = T0 };
        List<string> rows;
        IReadOnlyList<long> places;
        await using (var source = SqliteStore.Open(Path))
        {
            for (var i = 0; i < 12; i++)
            {
                await Task.WhenAll(life.Wave(40).Select(source.Journal.AppendAsync));
            }

            (await source.Journal.AppendAsync(story.Submit(T0, Specs.Labelled(("a", "b"))))).ShouldBeNull();
            (await source.Journal.AppendAsync(story.Assign(T0, "w1"))).ShouldBeNull();
            (await source.Rows.AppendLogAsync(story.Id, 1, [new LogLine(1, T0, "stdout", "a\0b")])).ShouldBeTrue();
            var file = await source.Rows.BeginFileAsync(story.Id, "f", "text/plain", T0);
            await source.Rows.AppendFileAsync(file, 0, new byte[] { 1, 2, 3 });
            await source.Rows.CompleteFileAsync(file, 3, "abc");
            await source.Keys.AddAsync(key);
            await source.Keys.RevokeAsync("old", T0);
            await source.Records.WriteAsync(new Persistence.Records.RecordChange.Put("thing", "n", "a", System.Text.Json.JsonElement.Parse("1"), "t"));
            rows = [.. (await AllAsync(source)).Select(r => $"{r}")];
            places = [.. (await source.Read.EventsAsync(0, 10_000)).Select(e => e.Offset)];
        }

        var seen = new List<MovedTable>();
        await StoreMove.RunAsync(Path, _address, progress: new Collect(seen));

        seen.Count.ShouldBe(23);
        seen.Single(t => t.Name == "process").Rows.ShouldBe(rows.Count);
        await using var target = PostgresStore.Open(_address);
        (await AllAsync(target)).Select(r => $"{r}").ShouldBe(rows);
        (await Support.Eventually.SeeAsync(() => target.Read.EventsAsync(0, 10_000), events => events.Count == places.Count)).Select(e => e.Offset).ShouldBe(places);
        (await target.Records.FindAsync("thing", "n", "a"))!.Tag.ShouldBe("t");
        (await target.Read.LogsAsync(story.Id, 0, 0, 10)).Single().Line.Text.ShouldBe("a\uFFFDb");
        (await target.Read.FileChunkAsync((await target.Read.FilesAsync(story.Id)).Single().FileId, 0)).ShouldBe([1, 2, 3]);
        var moved = (await target.Keys.ListAsync()).Single();
        moved.Hash.ToArray().ShouldBe(key.Hash.ToArray());
        (moved with { Hash = key.Hash }).ShouldBe(key with { RevokedAt = T0 });
        // It goes on: numbers that were given out are not given out again.
        (await target.Journal.AppendAsync(story.Complete(T0, "1"))).ShouldBeNull();
        (await target.Journal.AppendAsync(new Story(new("default", "next")).Submit(T0))).ShouldBeNull();
        await Support.Eventually.SeeAsync(() => target.Read.EventsAsync(places[^1], 10), events => events.Count == 2);
        (await target.Read.FindAsync(story.Id))!.Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public async Task A_store_that_holds_something_is_not_written_over()
    {
        var story = new Story(new("default", "a"));
        await using (var source = SqliteStore.Open(Path))
        {
            (await source.Journal.AppendAsync(story.Submit(T0))).ShouldBeNull();
        }

        await StoreMove.RunAsync(Path, _address);

        (await Should.ThrowAsync<StoreMoveException>(() => StoreMove.RunAsync(Path, _address))).Message.ShouldContain("holds something already");
        await using var target = PostgresStore.Open(_address);
        (await target.Read.CountsAsync(null)).Single().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_in_use_is_not_moved()
    {
        await using var source = SqliteStore.Open(Path);

        (await Should.ThrowAsync<StoreOpenException>(() => StoreMove.RunAsync(Path, _address))).Message.ShouldContain("in use by another process");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_made()
    {
        (await Should.ThrowAsync<StoreMoveException>(() => StoreMove.RunAsync(Path, _address))).Message.ShouldContain("There is no store at");

        File.Exists(Path).ShouldBeFalse();
    }

    private static async Task<IReadOnlyList<object>> AllAsync(IStore store)
    {
        var all = new List<object>();
        foreach (var nameSpace in (await store.Read.CountsAsync(null)).Select(c => c.Namespace).Distinct().Order(StringComparer.Ordinal))
        {
            foreach (var row in (await store.Read.ListAsync(new() { Namespace = nameSpace }, null, 10_000)).OrderBy(r => r.Seq))
            {
                all.Add((row.Seq, row.Id, row.Status, row.Attempt, row.Counted, row.NextDeadline, row.WaitingSince, row.Reason, row.FinishedAt, string.Join(',', row.Labels?.Select(l => $"{l}") ?? [])));
            }
        }

        return all;
    }

    private sealed class Collect(List<MovedTable> into) : IProgress<MovedTable>
    {
        public void Report(MovedTable value) => into.Add(value);
    }
}
