using System.Globalization;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>How PostgreSQL finds the rows, in a database that has no statistics yet.</summary>
public sealed class PostgresPlansTests
{
    private const int Processes = 400;

    [Fact]
    public async Task An_update_reads_the_rows_that_it_changes_and_no_others()
    {
        var server = await PostgresServer.SharedAsync();
        var address = await server.NewDatabaseAsync();
        // The statistics that come by themselves would hide what a new database does for its first minute.
        await using (var store = PostgresStore.Open(address))
        {
            await PostgresServer.ExecuteAsync(address, "ALTER TABLE process SET (autovacuum_enabled = off)");
            for (var i = 0; i < Processes; i += 20)
            {
                var stories = Enumerable.Range(i, 20).Select(n => new Story(new("default", n.ToString("p0000", CultureInfo.InvariantCulture)))).ToList();
                var at = store.Clock.GetUtcNow();
                await AppendAsync(store, stories.Select(s => s.Submit(at)));
                await AppendAsync(store, stories.Select(s => s.Assign(at, "worker")));
                await AppendAsync(store, stories.Select(s => s.Complete(at, "\"done\"")));
            }
        }

        // The server adds up what a connection did when that ends.
        var read = 0L;
        await Support.Eventually.TrueAsync(async () => (read = await ReadAsync(address, "SELECT coalesce(sum(idx_tup_read), 0)::bigint FROM pg_stat_user_indexes WHERE relname = 'process'")) >= 2 * Processes);
        // Each state of a process is a row version of its own, and the one before is looked at as well.
        read.ShouldBeLessThan(2 * Processes * 5);
    }

    [Fact]
    public async Task A_recovery_reads_the_events_of_its_entity_also_when_the_first_found_an_empty_journal()
    {
        var server = await PostgresServer.SharedAsync();
        var address = await server.NewDatabaseAsync();
        await using (var store = PostgresStore.Open(address))
        {
            await PostgresServer.ExecuteAsync(address, "ALTER TABLE journal SET (autovacuum_enabled = off)");
            for (var i = 0; i < 50; i++)
            {
                (await store.Journal.HighestAsync("p/default/nobody")).ShouldBe(0);
            }

            var stories = Enumerable.Range(0, Processes).Select(n => new Story(new("default", n.ToString("p0000", CultureInfo.InvariantCulture)))).ToList();
            await AppendAsync(store, stories.Select(s => s.Submit(store.Clock.GetUtcNow())));
            foreach (var story in stories)
            {
                (await store.Journal.HighestAsync(story.PersistenceId)).ShouldBe(1);
            }
        }

        await Support.Eventually.TrueAsync(async () => await ReadAsync(address, "SELECT idx_scan FROM pg_stat_user_tables WHERE relname = 'journal'") >= Processes);
        (await ReadAsync(address, "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'journal'")).ShouldBeLessThan(Processes);
    }

    private static async Task AppendAsync(IStore store, IEnumerable<JournalAppend> appends)
    {
        foreach (var outcome in await Task.WhenAll(appends.Select(store.Journal.AppendAsync)))
        {
            outcome.ShouldBeNull();
        }
    }

    private static async Task<long> ReadAsync(string address, string query)
    {
        await using var source = NpgsqlDataSource.Create($"{address};Pooling=false");
        await using var command = source.CreateCommand(query);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
