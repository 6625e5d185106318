using Microsoft.Data.Sqlite;

namespace Muster.Persistence.Sqlite;

/// <summary>Moves the write-ahead log into the file from time to time, on a thread of its own.</summary>
internal sealed class SqliteCheckpoints : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Below this a checkpoint is not worth its syncs.</summary>
    private const long WorthIt = 8 << 20;

    /// <summary>Above this the writer waits for a moment, so that the log can start anew.</summary>
    private const long TooLong = 128 << 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public SqliteCheckpoints(string connectionString, string walPath) => _loop = Task.Run(() => RunAsync(connectionString, walPath));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(string connectionString, string walPath)
    {
        using var session = new SqliteSession(connectionString);
        long last = 0;
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var wal = new FileInfo(walPath);
                if (!wal.Exists || wal.Length < WorthIt || wal.LastWriteTimeUtc.Ticks == last)
                {
                    continue;
                }

                last = wal.LastWriteTimeUtc.Ticks;
                try
                {
                    session.Scalar(wal.Length > TooLong ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(PASSIVE)");
                }
                catch (SqliteException)
                {
                    // Busy or full; the next round tries again and the log is complete without it.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store closes.
        }
    }
}
