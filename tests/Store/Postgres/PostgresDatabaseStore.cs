using System.Data.Common;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Postgres;
using Muster.Tests.Store.Suite;
using Muster.Tests.Support;
using Npgsql;

namespace Muster.Tests.Store.Postgres;

/// <summary>The promises of every store, kept by a database of PostgreSQL.</summary>
public sealed class PostgresDatabaseStore : StoreSuite
{
    private string _database = "";
    private int _stores;

    /// <inheritdoc />
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var server = await PostgresServer.SharedAsync();
        _database = await server.NewDatabaseAsync();
    }

    /// <inheritdoc />
    protected override IStore OpenEmpty(StoreOptions options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap)
    {
        // Stores of one test share the database, each in a schema of its own.
        var schema = $"store{++_stores}";
        // A pool would keep its connection for minutes, one for each test, and the server has only so many.
        using (var connection = new NpgsqlConnection($"{_database};Pooling=false"))
        {
            connection.Open();
            using var make = new NpgsqlCommand($"CREATE SCHEMA {schema}", connection);
            make.ExecuteNonQuery();
        }

        return PostgresStore.Open($"{_database};Search Path={schema}", options, clock, wrap);
    }

    /// <inheritdoc />
    protected override Task SeenByFollowersAsync() => Support.Eventually.TrueAsync(async () =>
    {
        await using var connection = Connect(Store);
        await using var command = connection.CreateCommand();
        // Other tests write on the same server.
        command.CommandText = "SELECT coalesce((SELECT tx FROM journal ORDER BY tx DESC LIMIT 1) < pg_snapshot_xmin(pg_current_snapshot()), true)";
        return await command.ExecuteScalarAsync() is true;
    });

    /// <inheritdoc />
    protected override DbConnection Connect(IStore store)
    {
        var connection = new NpgsqlConnection($"{store.Sql.Connection};Pooling=false");
        connection.Open();
        return connection;
    }
}
