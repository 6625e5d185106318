using System.Globalization;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Faults;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>What a kill -9 in the middle of everything leaves behind.</summary>
public sealed class SqliteKillTests : IDisposable
{
    private const int Rounds = 16;

    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_kill_in_the_middle_of_load_loses_nothing_that_was_acknowledged()
    {
        var path = _folder.File("store.db");
        var random = new Random(91);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < Rounds; round++)
        {
            using var child = new ChildProcess("write", path, $"{round}", "16");
            // The kill comes after so many acknowledgements, so somewhere inside a batch.
            await child.Says(1 + random.Next(1, 400));
            var lines = await child.KillAsync();
            lines.ShouldNotBeEmpty(child.Error);
            lines[0].ShouldBe("open", child.Error);
            foreach (var line in lines.Skip(1))
            {
                var parts = line.Split(' ');
                // A last line that was cut off is no acknowledgement that anybody heard.
                if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var nr) && nr > acknowledged.GetValueOrDefault(parts[0]))
                {
                    acknowledged[parts[0]] = nr;
                }
            }

            await Check(path, acknowledged);
        }

        acknowledged.Count.ShouldBeGreaterThan(Rounds * 20);
    }

    private static async Task Check(string path, Dictionary<string, long> acknowledged)
    {
        await using var store = SqliteStore.Open(path);
        var stored = new Dictionary<string, long>();
        using (var connection = RawSqlite.Connect(path))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT persistence_id, max(sequence_number), count(*), max(manifest = 'pe.attempt-ended'), max(manifest = 'pe.cancelled') FROM journal GROUP BY persistence_id";
            using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                stored.Add(reader.GetString(0), reader.GetInt64(1));
                reader.GetInt64(2).ShouldBe(reader.GetInt64(1), $"{reader.GetString(0)} has a hole.");
                reader.GetInt64(3).ShouldBe(reader.GetInt64(4), $"{reader.GetString(0)} has half an append.");
            }
        }

        foreach (var (id, nr) in acknowledged)
        {
            stored.GetValueOrDefault(id).ShouldBeGreaterThanOrEqualTo(nr, $"{id} was acknowledged up to {nr}.");
        }

        Scalar("PRAGMA integrity_check").ShouldBe("ok");
        Scalar("SELECT count(*) FROM process").ShouldBe((long)stored.Count);
        // Counters, rows and slots are what the events of the same transactions say.
        Scalar("""
            SELECT count(*) FROM (SELECT namespace, queue, status, count(*) n FROM process GROUP BY 1, 2, 3) r
            FULL JOIN (SELECT * FROM process_count WHERE n <> 0) c USING (namespace, queue, status) WHERE r.n IS NOT c.n
            """).ShouldBe(0L);
        Scalar("""
            SELECT count(*) FROM process p JOIN (SELECT persistence_id, max(sequence_number) nr FROM journal GROUP BY 1) j ON j.persistence_id = 'p/' || p.namespace || '/' || p.id
            WHERE CASE p.status WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN 3 WHEN 6 THEN 4 END IS NOT j.nr
            """).ShouldBe(0L);
        Scalar("SELECT (SELECT count(*) FROM slot) - (SELECT count(*) FROM process WHERE status = 3)").ShouldBe(0L);
        Scalar("SELECT count(*) FROM slot s JOIN process p ON p.namespace = s.namespace AND p.id = s.process WHERE p.status <> 3").ShouldBe(0L);

        // What was running when the process died no longer holds its slot in the next round.
        await ReleaseAll(store, path);

        object? Scalar(string sql) => RawSqlite.Scalar(path, sql);
    }

    // Each round uses the same slots; the attempts of the last one are over.
    private static async Task ReleaseAll(SqliteStore store, string path)
    {
        using var connection = RawSqlite.Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT namespace, id, executor FROM process WHERE status = 3";
        using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var story = new Making.Story(new(reader.GetString(0), reader.GetString(1))) { Writer = "parent" };
            foreach (var row in await store.Read.HistoryAsync(story.Id))
            {
                story.Append(row.Event!);
            }

            (await store.Journal.AppendAsync(story.Cancel(store.Clock.GetUtcNow()))).ShouldBeNull();
        }
    }
}
