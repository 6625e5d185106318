using Microsoft.Data.Sqlite;

namespace Muster.Persistence.Sqlite;

/// <summary>Moves the write-ahead log into the file from time to time, on a thread of its own.</summary>
/// <param name="connectionString">The store.</param>
/// <param name="walPath">The file of the write-ahead log.</param>
/// <param name="durable">Whether the disk is waited for.</param>
/// <param name="turn">Held by the writer while its transaction is open.</param>
internal sealed class SqliteCheckpoints(string connectionString, string walPath, bool durable, Lock turn) : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Below this a checkpoint is not worth its syncs.</summary>
    private const long WorthIt = 8 << 20;

    /// <summary>
    /// Above this the writer waits for a moment, so that the log can start anew: under load it is never written back whole by itself,
    /// because the writer goes on meanwhile.
    /// </summary>
    private const long TooLong = 64 << 20;

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Every);
        SqliteSession? session = null;
        long last = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    var wal = new FileInfo(walPath);
                    if (!wal.Exists || wal.Length < WorthIt || wal.LastWriteTimeUtc.Ticks == last)
                    {
                        continue;
                    }

                    last = wal.LastWriteTimeUtc.Ticks;
                    session ??= Open();
                    Run(session, wal.Length > TooLong);
                }
                catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
                {
                    // Busy or full; the next round tries again and the log is complete without it.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store closes.
        }
        finally
        {
            session?.Dispose();
        }
    }

    private void Run(SqliteSession session, bool startAnew)
    {
        session.Scalar("PRAGMA wal_checkpoint(PASSIVE)");
        if (startAnew)
        {
            // What came in during the first is little; for that the writer waits.
            lock (turn)
            {
                session.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");
            }
        }
    }

    private SqliteSession Open()
    {
        var session = new SqliteSession(connectionString);
        // The writer waits with it: better a longer log than a long pause because of one slow reader.
        session.Execute("PRAGMA busy_timeout = 200");
        session.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
        return session;
    }
}
