using Muster.Bench.Measuring;
using Npgsql;

namespace Muster.Bench.Stores;

/// <summary>A database of its own on a server, dropped after the run.</summary>
internal sealed class PostgresDatabase : IBenchStore
{
    private readonly FileStore _folder;
    private readonly string _server;
    private readonly int? _process;
    private readonly string _name = $"bench_{Guid.NewGuid():N}";

    private PostgresDatabase(string parent, string server, int? process)
    {
        _folder = new FileStore(parent, null);
        _server = server;
        _process = process;
    }

    public string Address => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    string? IBenchStore.Address => Address;

    public string Folder => _folder.Folder;

    public double? CpuSeconds => _process is { } id ? ProgramUsage.CpuSeconds(id, withLiving: true) : null;

    /// <summary>Makes it.</summary>
    /// <param name="parent">The folder for folders.</param>
    /// <param name="server">Some database of the server.</param>
    /// <param name="process">The process of the server; null when it is not ours.</param>
    public static async Task<PostgresDatabase> CreateAsync(string parent, string server, int? process)
    {
        var database = new PostgresDatabase(parent, server, process);
        await database.ExecuteAsync($"CREATE DATABASE {database._name}").ConfigureAwait(false);
        return database;
    }

    public async Task<long?> QueriesAsync()
    {
        await using var connection = new NpgsqlConnection($"{_server};Pooling=false");
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"SELECT xact_commit FROM pg_stat_database WHERE datname = '{_name}'", connection);
        return (long?)await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)").ConfigureAwait(false);
        await _folder.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_server};Pooling=false");
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
