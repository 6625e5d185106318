using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sqlite;

/// <summary>The store in one SQLite file: one writing connection with a thread of its own, a few reading ones, checkpoints beside them.</summary>
public sealed class SqliteStore : IStore
{
    private readonly FileStream _lock;
    private readonly SqliteSession _writing;
    private readonly GroupCommit _writer;
    private readonly SqliteReadPool _readers;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly string? _deleteAtEnd;

    private SqliteStore(string path, StoreOptions options, bool durable, TimeProvider? clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _lock = Lock(path);
        try
        {
            var connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
            Sql = ("SQLite.MS", connection);
            Location = path;
            Prepare(connection);
            _writing = new SqliteSession(connection);
            _writing.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
            // Checkpoints run on a connection and a thread of their own, so that no commit pays for them.
            _writing.Execute("PRAGMA wal_autocheckpoint = 0");
            _writing.Execute("PRAGMA cache_size = -65536");
            CheckMetadata(_writing, options);
            Clock = clock ?? new StoreClock(TimeProvider.System.GetUtcNow());
            Gauge = new StoreGauge(options, TimeProvider.System, () => FreeDisk(path));
            _readers = new SqliteReadPool(connection);
            _writer = new GroupCommit(new SqliteBatchTarget(_writing, new SqliteProjection(_writing, options)), options, Gauge);
            _checkpoints = new SqliteCheckpoints(connection, path + "-wal");
            Journal = new SqliteJournal(_writer, _readers);
            Read = new SqliteReadModel(_readers);
            Rows = new SqliteRowWriter(_writer, options);
            _deleteAtEnd = durable ? null : Path.GetDirectoryName(path);
        }
        catch (SqliteException e)
        {
            _lock.Dispose();
            throw new StoreOpenException($"The store {path} cannot be opened: {e.Message}", e);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IJournalStore Journal { get; }

    /// <inheritdoc />
    public IReadModel Read { get; }

    /// <inheritdoc />
    public IRowWriter Rows { get; }

    /// <inheritdoc />
    public StoreGauge Gauge { get; }

    /// <inheritdoc />
    public TimeProvider Clock { get; }

    /// <inheritdoc />
    public string Location { get; }

    /// <inheritdoc />
    public (string Provider, string Connection) Sql { get; }

    /// <summary>Opens or makes the file. Everything that was acknowledged survives a crash of the process and of the machine.</summary>
    /// <param name="path">The file; its folder is made when missing.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="clock">The time to use instead of the store's; for tests that move it.</param>
    /// <exception cref="StoreOpenException">Another process has it open, or it is not such a file.</exception>
    public static SqliteStore Open(string path, StoreOptions? options = null, TimeProvider? clock = null) =>
        new(Path.GetFullPath(path), options ?? new StoreOptions(), durable: true, clock);

    /// <summary>A store that keeps nothing: the same tables in memory (on Linux in /dev/shm, elsewhere in a temporary folder without waiting for the disk). Gone when disposed.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="clock">The time to use instead of the store's; for tests that move it.</param>
    public static SqliteStore InMemory(StoreOptions? options = null, TimeProvider? clock = null)
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Path.Combine(root, $"muster-{Guid.NewGuid():N}");
        // The bound on free disk protects durable work; there is none here.
        var bounds = (options ?? new StoreOptions()) with { MinFreeDisk = 0 };
        return new SqliteStore(Path.Combine(folder, "muster.db"), bounds, durable: false, clock);
    }

    /// <inheritdoc />
    public async Task<bool> PingAsync(CancellationToken cancel = default)
    {
        try
        {
            return !Gauge.StoreAway && await _readers.RunAsync(s => s.Scalar("SELECT 1"), cancel).ConfigureAwait(false) is not null;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync().ConfigureAwait(false);
        await _checkpoints.DisposeAsync().ConfigureAwait(false);
        _readers.Dispose();
        _writing.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
        if (_deleteAtEnd is { } folder)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreOpenException($"The store {path} is in use by another process. Stop that one, or give this one another folder (--data DIR).", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreOpenException($"The store {path} cannot be written: {e.Message}", e);
        }
    }

    private static void Prepare(string connection)
    {
        using (var session = new SqliteSession(connection))
        {
            session.Execute("PRAGMA page_size = 8192");
            session.Scalar("PRAGMA journal_mode = WAL");
        }

        SqliteSchema.Upgrade(connection);
    }

    private static void CheckMetadata(SqliteSession session, StoreOptions options)
    {
        session.Execute("INSERT OR IGNORE INTO metadata (key, value) VALUES ('shards', ?1)", options.Shards.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var shards = (string)session.Scalar("SELECT value FROM metadata WHERE key = 'shards'")!;
        if (shards != options.Shards.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new StoreOpenException($"The store was made for {shards} shards and this node is set to {options.Shards}. The count can never change; set it back to {shards}.");
        }
    }

    private static long? FreeDisk(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
