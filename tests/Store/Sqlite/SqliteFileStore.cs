using System.Data.Common;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Suite;

namespace Muster.Tests.Store.Sqlite;

/// <summary>The promises of every store, kept by a file of SQLite.</summary>
public sealed class SqliteFileStore : StoreSuite
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    /// <inheritdoc />
    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    /// <inheritdoc />
    protected override IStore OpenEmpty(StoreOptions options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap) =>
        SqliteStore.Open(_folder.File($"store{++_stores}.db"), options, clock, wrap);

    /// <inheritdoc />
    protected override DbConnection Connect(IStore store) => RawSqlite.Connect(store);
}
