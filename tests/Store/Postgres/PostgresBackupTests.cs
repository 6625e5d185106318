using System.Collections.Concurrent;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Suite;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Postgres;

/// <summary>A dump that is made while nodes write is a whole store, also on another server, whose transaction numbers begin anew.</summary>
public sealed class PostgresBackupTests : IAsyncLifetime
{
    private PostgresServer _server = null!;

    /// <inheritdoc />
    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

    /// <inheritdoc />
    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_dump_under_load_holds_all_that_was_acknowledged_before_it()
    {
        var address = await _server.NewDatabaseAsync();
        using var folder = new TestFolder();
        var dump = folder.File("muster.dump");
        List<string> before;
        await using (var store = PostgresStore.Open(address))
        {
            // A server that has seen more than the one that will take the dump.
            await PostgresServer.ExecuteAsync(address, "DO $$ BEGIN FOR i IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
            using var stop = new CancellationTokenSource();
            var acknowledged = new ConcurrentQueue<string>();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(i => Backups.WriteAsync(store, $"w{i}-", acknowledged.Enqueue, stop.Token)));
            await Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > 50));
            before = [.. acknowledged];
            await _server.RunToolAsync(address, "pg_dump", "--format", "custom", "--file", dump);
            await stop.CancelAsync();
            await load;
        }

        await using var other = await PostgresServer.StartAsync();
        var target = await other.NewDatabaseAsync();
        await other.RunToolAsync(target, "pg_restore", "--exit-on-error", dump);
        await using var restored = PostgresStore.Open(target);
        await Backups.CheckAsync(restored, before);
    }
}
