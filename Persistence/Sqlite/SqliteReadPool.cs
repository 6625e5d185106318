using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sqlite;

/// <summary>Connections that only read. They see every committed batch and never wait for the writer (write-ahead log).</summary>
internal sealed class SqliteReadPool(string connectionString) : IDisposable
{
    /// <summary>More readers than this would only compete for the processor.</summary>
    private const int MaxReaders = 4;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _free = new(MaxReaders);

    public async Task<T> RunAsync<T>(Func<SqliteSession, T> query, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            // SQLite answers synchronously; the callers are actors, whose threads are not for waiting.
            return await Task.Run(() => Run(query), cancel).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _free.Dispose();
    }

    private T Run<T>(Func<SqliteSession, T> query)
    {
        try
        {
            if (!_idle.TryTake(out var session))
            {
                session = new SqliteSession(connectionString);
                session.Execute("PRAGMA query_only = 1");
            }

            var result = query(session);
            _idle.Add(session);
            return result;
        }
        catch (SqliteException e) when (SqliteErrors.IsAway(e))
        {
            throw SqliteErrors.Away(e);
        }
    }
}
