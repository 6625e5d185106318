using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Sqlite;

/// <summary>Connections that only read. They see every committed batch and never wait for the writer (write-ahead log).</summary>
internal sealed class SqliteReadPool(string connectionString) : ISqlReaders, IAsyncDisposable
{
    /// <summary>More readers than this would only compete for the processor.</summary>
    private const int MaxReaders = 4;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    [SuppressMessage("Usage", "CA2213", Justification = "Late callers still wait on it, to hear that the store is closed; it holds nothing of the system.")]
    private readonly SemaphoreSlim _free = new(MaxReaders);
    private volatile bool _closed;

    public async Task<T> RunAsync<T>(Func<ISqlSession, T> query, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_closed)
            {
                throw new StoreUnavailableException("The store is closed.");
            }

            // SQLite answers synchronously; the callers are actors, whose threads are not for waiting.
            return await Task.Run(() => Run(query), cancel).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>What was asked so far, by connections that are idle now.</summary>
    public IReadOnlyCollection<string> Texts => [.. _idle.ToArray().SelectMany(s => s.Texts).Distinct()];

    /// <summary>Waits for the queries that run and closes the connections: an open one would keep the write-ahead log from being folded in.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < MaxReaders; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        // Late callers get a place and hear that the store is closed.
        _free.Release(MaxReaders);
    }

    private T Run<T>(Func<ISqlSession, T> query)
    {
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
            {
                session = new SqliteSession(connectionString);
                session.Execute("PRAGMA query_only = 1");
            }

            var result = query(session);
            _idle.Add(session);
            return result;
        }
        catch (Exception e)
        {
            // What a failed query leaves behind is unknown; a new connection costs little.
            session?.Dispose();
            if (e is SqliteException sqlite && SqliteErrors.IsAway(sqlite))
            {
                throw SqliteErrors.Away(sqlite);
            }

            throw;
        }
    }
}
