using Muster.Persistence;
using Muster.Persistence.Postgres;
using Muster.Tests.Support;
using Npgsql;

namespace Muster.Bench.Stores;

/// <summary>Where the stores of all runs are made: a folder, or a PostgreSQL server that ends with it.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    private readonly BenchOptions _options;
    private readonly PostgresServer? _own;

    private StorePlace(BenchOptions options, PostgresServer? own)
    {
        _options = options;
        _own = own;
    }

    /// <summary>Opens it; starts a server when one is needed and none is given.</summary>
    /// <exception cref="StoreOpenException">The address of the given one cannot be read.</exception>
    /// <exception cref="NpgsqlException">The given one does not answer.</exception>
    public static async Task<StorePlace> OpenAsync(BenchOptions options)
    {
        if (options.Store != StoreKind.Postgres)
        {
            return new StorePlace(options, null);
        }

        if (options.Postgres is { } given)
        {
            await using var connection = new NpgsqlConnection(PostgresAddress.Parse(given).ConnectionString);
            await connection.OpenAsync().ConfigureAwait(false);
            return new StorePlace(options, null);
        }

        return new StorePlace(options, await PostgresServer.StartAsync().ConfigureAwait(false));
    }

    /// <summary>A fresh store.</summary>
    public async Task<IBenchStore> FreshAsync() => _options.Store switch
    {
        StoreKind.Memory => new FileStore(_options.Folder, "memory"),
        StoreKind.Sqlite => new FileStore(_options.Folder, null),
        _ => await PostgresDatabase.CreateAsync(
            _options.Folder, _own?.Address("postgres") ?? PostgresAddress.Parse(_options.Postgres!).ConnectionString, _own?.ProcessId).ConfigureAwait(false),
    };

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync().ConfigureAwait(false);
        }
    }
}
