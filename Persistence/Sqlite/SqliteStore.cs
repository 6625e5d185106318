using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;
using Muster.Persistence.Keys;
using Muster.Persistence.Membership;
using Muster.Persistence.ReadModel;
using Muster.Persistence.Records;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Sqlite;

/// <summary>The store in one SQLite file: one writing connection with a thread of its own, a few reading ones, checkpoints beside them.</summary>
public sealed class SqliteStore : IStore
{
    /// <summary>More readers than this would only compete for the processor.</summary>
    private const int Readers = 4;

    private readonly FileStream _lock;
    private readonly SqliteSession _writing;
    private readonly GroupCommit _writer;
    private readonly SqlReadPool<SqliteSession> _readers;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly bool _durable;
    private int _disposed;

    private SqliteStore(string path, StoreOptions options, bool durable, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap)
    {
        Location = path;
        var connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
        Sql = ("SQLite.MS", connection);
        _lock = SqliteFiles.Lock(path);
        SqliteSession? writing = null;
        try
        {
            SqliteSchema.Prepare(connection);
            writing = new SqliteSession(connection);
            writing.Execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
            // Checkpoints run on a connection and a thread of their own, so that no commit pays for them.
            writing.Execute("PRAGMA wal_autocheckpoint = 0");
            writing.Execute("PRAGMA cache_size = -65536");
            StoreIdentity.Check(writing, options);
            ManifestsInUse.Check(writing);
        }
        catch (Exception e)
        {
            writing?.Dispose();
            _lock.Dispose();
            throw e is SqliteException sqlite ? SqliteFiles.CannotOpen(path, sqlite) : e;
        }

        var turn = new Lock();
        _writing = writing;
        Clock = clock ?? new StoreClock(TimeProvider.System.GetUtcNow());
        Gauge = new StoreGauge(options, TimeProvider.System, () => SqliteFiles.FreeDisk(path));
        _readers = new SqlReadPool<SqliteSession>(() => SqliteSession.Reading(connection), SqliteErrors.Unavailable, Readers);
        IBatchTarget target = new SqliteBatchTarget(writing, new SqliteProjection(writing, options), turn);
        _writer = new GroupCommit(wrap is null ? target : wrap(target), options, Gauge);
        _checkpoints = new SqliteCheckpoints(connection, path + "-wal", durable, turn);
        _checkpoints.Start();
        Journal = new SqlJournal(_writer, _readers, SqlDialect.Sqlite);
        Read = new SqlReadModel(_readers, SqlDialect.Sqlite, Clock);
        Rows = new SqlRowWriter(_writer, () => options.Node);
        Keys = new SqlKeys(_writer, _readers, shared: false);
        Records = new SqlRecords(_writer, _readers, SqlDialect.Sqlite, Clock, shared: false);
        _durable = durable;
    }

    /// <inheritdoc />
    public IJournalStore Journal { get; }

    /// <inheritdoc />
    public IReadModel Read { get; }

    /// <inheritdoc />
    public IRowWriter Rows { get; }

    /// <inheritdoc />
    public IMembers? Members => null;

    /// <inheritdoc />
    public IKeyStore Keys { get; }

    public IRecordStore Records { get; }

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
    /// <exception cref="StoreOpenException">Another process has it open, it is not such a file, or it belongs to a newer version or to another number of shards.</exception>
    public static SqliteStore Open(string path, StoreOptions? options = null, TimeProvider? clock = null) => Open(path, options, clock, wrap: null);

    /// <summary>A store that keeps nothing: the same tables in memory (on Linux in /dev/shm, elsewhere in a temporary folder without waiting for the disk). Gone when disposed.</summary>
    /// <param name="options">Bounds.</param>
    /// <param name="clock">The time to use instead of the store's; for tests that move it.</param>
    public static SqliteStore InMemory(StoreOptions? options = null, TimeProvider? clock = null) => InMemory(options, clock, wrap: null);

    /// <inheritdoc />
    public async Task<bool> PingAsync(CancellationToken cancel = default)
    {
        try
        {
            return !Gauge.StoreAway && await _readers.RunAsync(s => s.Scalar("SELECT 1"), cancel).ConfigureAwait(false) is not null;
        }
        catch (Exception e) when (e is StoreUnavailableException or SqliteException)
        {
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.StopAsync().ConfigureAwait(false);
        await _checkpoints.DisposeAsync().ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);
        // The last connection that closes folds the write-ahead log into the file.
        _writing.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
        if (!_durable)
        {
            SqliteFiles.RemoveMemory(Location);
        }
    }

    /// <summary>The text of every statement so far, of an idle store: a test looks at how they are carried out.</summary>
    internal IReadOnlyCollection<string> Texts => [.. _readers.Idle.SelectMany(s => s.Texts).Distinct(), .. _writing.Texts];

    /// <summary>Opens it with something between the writer and the database.</summary>
    internal static SqliteStore Open(string path, StoreOptions? options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap) =>
        new(Path.GetFullPath(path), options ?? new StoreOptions(), durable: true, clock, wrap);

    /// <summary>Makes one with something between the writer and the database.</summary>
    internal static SqliteStore InMemory(StoreOptions? options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap)
    {
        // The bound on free disk protects durable work; there is none here.
        var bounds = (options ?? new StoreOptions()) with { MinFreeDisk = 0 };
        return new SqliteStore(SqliteFiles.MemoryPath(), bounds, durable: false, clock, wrap);
    }
}
