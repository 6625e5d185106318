using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Connections that only read, and see every committed batch.</summary>
internal interface ISqlReaders
{
    /// <summary>Runs a query on one of them.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer, or is closed.</exception>
    Task<T> RunAsync<T>(Func<ISqlSession, T> query, CancellationToken cancel);
}
