using System.Data.Common;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.Sqlite;
using Muster.Tests.Store.Suite;

namespace Muster.Tests.Store.Sqlite;

/// <summary>The promises of every store, kept by the one in memory.</summary>
public sealed class SqliteMemoryStore : StoreSuite
{
    /// <inheritdoc />
    protected override IStore OpenEmpty(StoreOptions options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap) =>
        SqliteStore.InMemory(options, clock, wrap);

    /// <inheritdoc />
    protected override DbConnection Connect(IStore store) => RawSqlite.Connect(store);
}
