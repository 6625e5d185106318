using System.Globalization;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Making;
using Muster.Tests.Support;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>What becomes of a store on PostgreSQL when the connection, the server or the process breaks in the middle of load.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _address = "";

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _address = await _server.NewDatabaseAsync();
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_of_commits_loses_nothing_and_doubles_nothing()
    {
        await using var store = PostgresStore.Open(_address);
        using var stop = new CancellationTokenSource();
        var acknowledged = new Dictionary<string, long>();
        var load = LoadAsync(store, acknowledged, stop.Token);
        await using (var killer = new NpgsqlConnection(_server.Address("postgres")))
        {
            await killer.OpenAsync();
            for (var i = 0; i < 40; i++)
            {
                // Each cut comes after so many more were acknowledged, so somewhere inside a batch.
                var before = Count(acknowledged);
                await Support.Eventually.TrueAsync(() => Task.FromResult(Count(acknowledged) > before + (i % 7)));
                await using var cut = new NpgsqlCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'muster'", killer);
                await cut.ExecuteScalarAsync();
            }
        }

        await stop.CancelAsync();
        await load;

        await CheckAsync(acknowledged);
        (await store.PingAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Connections_that_were_cut_while_nobody_used_them_are_not_taken_for_a_store_that_is_away()
    {
        await using var store = PostgresStore.Open(_address);
        for (var i = 0; i < 3; i++)
        {
            await PostgresServer.ExecuteAsync(_server.Address("postgres"), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'muster'");
            (await store.PingAsync()).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_goes_away_and_comes_back_loses_nothing_and_nothing_of_ours_is_restarted(bool killed)
    {
        await using var store = PostgresStore.Open(_address);
        using var stop = new CancellationTokenSource();
        var acknowledged = new Dictionary<string, long>();
        var load = LoadAsync(store, acknowledged, stop.Token);
        for (var i = 0; i < 3; i++)
        {
            var before = Count(acknowledged);
            await Support.Eventually.TrueAsync(() => Task.FromResult(Count(acknowledged) > before + 20));
            await (killed ? _server.KillAsync() : _server.StopAsync());
            await Support.Eventually.TrueAsync(() => Task.FromResult(store.Gauge.StoreAway));
            store.Gauge.Refusal().ShouldBe(Messages.Problem.Busy, "submits are refused meanwhile");
            (await store.PingAsync()).ShouldBeFalse();
            await Should.ThrowAsync<StoreUnavailableException>(() => store.Read.CountsAsync(null));
            await _server.StartAgainAsync();
            await Support.Eventually.TrueAsync(() => store.PingAsync());
        }

        await stop.CancelAsync();
        await load;

        await CheckAsync(acknowledged);
    }

    [Fact]
    public async Task A_kill_of_the_process_in_the_middle_of_load_loses_nothing_that_was_acknowledged()
    {
        var random = new Random(17);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < 6; round++)
        {
            using var child = new ChildProcess("write", _address, $"{round}", "16");
            await child.Says(1 + random.Next(1, 400));
            var lines = await child.KillAsync();
            lines.ShouldNotBeEmpty(child.Error);
            foreach (var line in lines.Skip(1))
            {
                var parts = line.Split(' ');
                // A last line that was cut off is no acknowledgement that anybody heard.
                if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var nr) && nr > acknowledged.GetValueOrDefault(parts[0]))
                {
                    acknowledged[parts[0]] = nr;
                }
            }

            await CheckAsync(acknowledged);
            // Each round uses the same places; the attempts of the last one are over.
            await PostgresServer.ExecuteAsync(_address, "DELETE FROM slot");
        }

        acknowledged.Count.ShouldBeGreaterThan(100);
    }

    // Submits, assigns and completes until it is told to stop; says what was acknowledged.
    private static async Task LoadAsync(PostgresStore store, Dictionary<string, long> acknowledged, CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var story = new Story(new("default", $"c{caller}-{i}"));
                var at = store.Clock.GetUtcNow();
                await DurableAsync(story, story.Submit(at, Specs.Labelled(("caller", $"{caller}"))));
                await DurableAsync(story, story.Assign(at, "worker", null, new SlotClaim($"k{caller}", 1)));
                await DurableAsync(story, story.Complete(at, "\"done\""));
            }

            async Task DurableAsync(Story story, JournalAppend append)
            {
                (await store.Journal.AppendAsync(append)).ShouldBeNull();
                lock (acknowledged)
                {
                    acknowledged[story.PersistenceId] = story.Events.Count;
                }
            }
        }));
    }

    private static int Count(Dictionary<string, long> acknowledged)
    {
        lock (acknowledged)
        {
            return acknowledged.Count;
        }
    }

    private async Task CheckAsync(Dictionary<string, long> acknowledged)
    {
        await using var source = NpgsqlDataSource.Create($"{_address};Pooling=false");
        var stored = new Dictionary<string, long>();
        await using (var command = source.CreateCommand("SELECT persistence_id, max(sequence_number), count(*) FROM journal GROUP BY persistence_id"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                stored.Add(reader.GetString(0), reader.GetInt64(1));
                reader.GetInt64(2).ShouldBe(reader.GetInt64(1), $"{reader.GetString(0)} has a hole or a double.");
            }
        }

        foreach (var (id, nr) in acknowledged)
        {
            stored.GetValueOrDefault(id).ShouldBeGreaterThanOrEqualTo(nr, $"{id} was acknowledged up to {nr}.");
        }

        (await ScalarAsync("SELECT count(*) FROM process")).ShouldBe(stored.Count);
        // Counters, rows and places are what the events of the same transactions say.
        (await ScalarAsync("""
            SELECT count(*) FROM (SELECT namespace, queue, status, count(*) n FROM process GROUP BY 1, 2, 3) r
            FULL JOIN (SELECT * FROM process_count WHERE n <> 0) c USING (namespace, queue, status) WHERE r.n IS DISTINCT FROM c.n
            """)).ShouldBe(0);
        (await ScalarAsync("SELECT count(*) FROM slot s JOIN process p ON p.namespace = s.namespace AND p.id = s.process WHERE p.status <> 3")).ShouldBe(0);

        async Task<long> ScalarAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }
}
