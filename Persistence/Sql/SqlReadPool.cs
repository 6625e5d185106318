using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Connections that only read. They see every committed batch and never wait for the writer.</summary>
/// <param name="open">Opens one.</param>
/// <param name="away">Says that an error means that the store does not answer; null when it means something else.</param>
/// <param name="most">How many there are at the most.</param>
internal sealed class SqlReadPool<TSession>(Func<TSession> open, Func<Exception, StoreUnavailableException?> away, int most) : ISqlReaders, IAsyncDisposable
    where TSession : class, ISqlSession, IDisposable
{
    private readonly ConcurrentBag<TSession> _idle = [];
    [SuppressMessage("Usage", "CA2213", Justification = "Late callers still wait on it, to hear that the store is closed; it holds nothing of the system.")]
    private readonly SemaphoreSlim _free = new(most);
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

            // Sessions answer synchronously; the callers are actors, whose threads are not for waiting.
            return await Task.Run(() => Run(query), cancel).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>The connections that are idle now.</summary>
    public IReadOnlyCollection<TSession> Idle => _idle;

    /// <summary>Waits for the queries that run and closes the connections: an open one would keep the file from being folded together.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < most; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        // Late callers get a place and hear that the store is closed.
        _free.Release(most);
    }

    private T Run<T>(Func<ISqlSession, T> query)
    {
        while (true)
        {
            var wasIdle = _idle.TryTake(out var session);
            try
            {
                session ??= open();
                var result = query(session);
                _idle.Add(session);
                return result;
            }
            catch (Exception e)
            {
                // What a failed query leaves behind is unknown; a new connection costs little.
                session?.Dispose();
                if (away(e) is not { } unavailable)
                {
                    throw;
                }

                // One that lay idle may have been cut while the store is well; a new one says.
                if (!wasIdle)
                {
                    throw unavailable;
                }
            }
        }
    }
}
