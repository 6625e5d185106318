using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Faults;
using Muster.Tests.Store.Suite;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Sqlite;

/// <summary>A backup that is made while a seed writes is a whole store.</summary>
public sealed class SqliteBackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_under_load_holds_all_that_was_acknowledged_before_it(bool vacuum)
    {
        var copy = _folder.File("backup.db");
        List<string> before;
        await using (var store = SqliteStore.Open(_folder.File("muster.db")))
        {
            using var stop = new CancellationTokenSource();
            var acknowledged = new ConcurrentQueue<string>();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(i => Backups.WriteAsync(store, $"w{i}-", acknowledged.Enqueue, stop.Token)));
            await Support.Eventually.TrueAsync(() => Task.FromResult(acknowledged.Count > 50));
            before = [.. acknowledged];
            Back(store.Sql.Connection, copy, vacuum);
            before.Count.ShouldBeGreaterThan(50);
            await stop.CancelAsync();
            await load;
        }

        await using var restored = SqliteStore.Open(copy);
        await Backups.CheckAsync(restored, before);
    }

    // The two ways that the documentation names.
    private static void Back(string connection, string copy, bool vacuum)
    {
        using var from = new SqliteConnection(connection);
        from.Open();
        if (vacuum)
        {
            using var command = from.CreateCommand();
            command.CommandText = $"VACUUM INTO '{copy}'";
            command.ExecuteNonQuery();
            return;
        }

        using var to = new SqliteConnection($"Data Source={copy};Pooling=false");
        to.Open();
        from.BackupDatabase(to);
    }
}
