using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>Jobs in a PostgreSQL database.</summary>
internal sealed class PostgresStore : IHangfireStore
{
    private const int DefaultPort = 5432;
    private readonly NpgsqlDataSource _database;

    private PostgresStore(NpgsqlDataSource database, JobStorage storage, string name) => (_database, Storage, Name) = (database, storage, name);

    public string Name { get; }

    public JobStorage Storage { get; }

    /// <summary>Opens the database, which has to be empty: what an earlier run left would be measured along.</summary>
    /// <exception cref="Refusal">It cannot be reached, or is not empty.</exception>
    public static async Task<PostgresStore> OpenAsync(string? address, bool tuned)
    {
        var connection = ConnectionString(address);
        var database = NpgsqlDataSource.Create(connection);
        string commit;
        long tables;
        try
        {
            tables = (long)(await Ask(database, "select count(*) from pg_catalog.pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))!;
            commit = (string)(await Ask(database, "show synchronous_commit"))!;
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            throw new Refusal($"The database {Shown(connection)} cannot be reached: {(error.InnerException ?? error).Message}");
        }

        if (tables > 0)
        {
            throw new Refusal($"The database {Shown(connection)} is not empty: it has {tables} tables.");
        }

        var options = new PostgreSqlStorageOptions();
        if (tuned)
        {
            // An idle worker looks every second instead of every 15 s; a dead worker's job is free after minutes and not after half
            // an hour, since a living worker keeps renewing it.
            options.QueuePollInterval = TimeSpan.FromSeconds(1);
            options.UseSlidingInvisibilityTimeout = true;
            options.InvisibilityTimeout = TimeSpan.FromMinutes(5);
        }

        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(connection, options), options);
        return new PostgresStore(database, storage, commit == "on" ? "postgres" : $"postgres, synchronous_commit {commit}");
    }

    public async Task<long> UnfinishedAsync(int submitted) =>
        (long)(await Ask(_database, "select count(*) from hangfire.job where statename is distinct from 'Succeeded'"))!;

    private static async Task<object?> Ask(NpgsqlDataSource database, string question)
    {
        await using var command = database.CreateCommand(question);
        return await command.ExecuteScalarAsync();
    }

    private static string ConnectionString(string? address)
    {
        const string Wanted = "postgres://user@host:port/database";
        if (address is null)
        {
            throw new Refusal($"Hangfire on PostgreSQL needs an empty database: --postgres {Wanted}.");
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.AbsolutePath.Length < 2)
        {
            throw new Refusal($"--postgres takes {Wanted}, not '{address}'.");
        }

        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : DefaultPort,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        }.ConnectionString;
    }

    private static string Shown(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"{parts.Database} at {parts.Host}:{parts.Port}";
    }
}
