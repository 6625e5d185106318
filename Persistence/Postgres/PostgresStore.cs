using Muster.Persistence.Journal;
using Muster.Persistence.Keys;
using Muster.Persistence.Membership;
using Muster.Persistence.ReadModel;
using Muster.Persistence.Records;
using Muster.Persistence.Sql;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The store in a PostgreSQL database, which several nodes share: one writing connection on each node, a few reading ones.</summary>
public sealed class PostgresStore : IStore
{
    /// <summary>Recoveries and lists ask at once; more connections would only compete for the server.</summary>
    private const int Readers = 8;

    /// <summary>Connections for the rows of the members, which must not wait for lists.</summary>
    private const int Spare = 2;

    private const int ClockLooks = 5;

    // A plan that was made while the tables were empty read all of the journal for every recovery, until the server looked at the tables.
    private const string Planning = "SET plan_cache_mode = force_custom_plan";

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _reading;
    private readonly PostgresWriter _writing;
    private readonly PostgresFence _fence = new();
    private readonly PostgresMembers _members;
    private readonly GroupCommit _writer;
    private readonly SqlReadPool<PostgresSession> _readers;
    private int _disposed;

    private PostgresStore(NpgsqlDataSource source, PostgresWriter writing, string connection, string location, StoreOptions options, TimeProvider clock, Func<IBatchTarget, IBatchTarget>? wrap)
    {
        _source = source;
        // Readers are kept here, not by the provider as well: one that is opened because an old one was cut must not be another old one.
        _reading = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });
        Location = location;
        Sql = ("PostgreSQL.15", connection);
        Clock = clock;
        Gauge = new StoreGauge(options, TimeProvider.System, () => null);
        _readers = new SqlReadPool<PostgresSession>(() => PostgresSession.Open(_reading, Planning), PostgresErrors.Unavailable, Readers);
        _writing = writing;
        _members = new PostgresMembers(source, _fence, clock as StoreClock);
        IBatchTarget target = new PostgresBatchTarget(_writing, _fence, options);
        _writer = new GroupCommit(wrap is null ? target : wrap(target), options, Gauge);
        Journal = new SqlJournal(_writer, _readers, SqlDialect.Postgres);
        Read = new SqlReadModel(_readers, SqlDialect.Postgres, Clock);
        Rows = new SqlRowWriter(_writer, () => _fence.Counter ?? options.Node);
        Keys = new SqlKeys(_writer, _readers, shared: true);
        Records = new SqlRecords(_writer, _readers, SqlDialect.Postgres, Clock, shared: true);
    }

    /// <inheritdoc />
    public IJournalStore Journal { get; }

    /// <inheritdoc />
    public IReadModel Read { get; }

    /// <inheritdoc />
    public IRowWriter Rows { get; }

    /// <inheritdoc />
    public IMembers? Members => _members;

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

    /// <summary>Opens the database, and makes its tables when they are missing. Everything that was acknowledged survives a crash of any node, and of the server's machine unless its operator told it not to wait for the disk.</summary>
    /// <param name="connection">How to reach it: <c>postgres://user:password@host:5432/database</c>, or <c>Host=...;Database=...;Username=...</c>.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="clock">The time to use instead of the server's; for tests that move it.</param>
    /// <exception cref="StoreOpenException">It cannot be reached or used, or it belongs to a newer version or to another number of shards; the message says what to do.</exception>
    public static PostgresStore Open(string connection, StoreOptions? options = null, TimeProvider? clock = null) => Open(connection, options, clock, wrap: null);

    /// <inheritdoc />
    public async Task<bool> PingAsync(CancellationToken cancel = default)
    {
        try
        {
            return !Gauge.StoreAway && await _readers.RunAsync(s => s.Scalar("SELECT 1"), cancel).ConfigureAwait(false) is not null;
        }
        catch (Exception e) when (e is StoreUnavailableException or PostgresException)
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
        try
        {
            await _members.LeaveAsync().ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // Others find it silent after a while.
        }

        await _readers.DisposeAsync().ConfigureAwait(false);
        await _reading.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
        await _source.DisposeAsync().ConfigureAwait(false);
        _fence.Dispose();
    }

    /// <summary>Opens it with something between the writer and the database.</summary>
    internal static PostgresStore Open(string connection, StoreOptions? options, TimeProvider? clock, Func<IBatchTarget, IBatchTarget>? wrap)
    {
        options ??= new StoreOptions();
        var settings = PostgresAddress.Parse(connection);
        settings.ApplicationName ??= "muster";
        settings.MaxPoolSize = Spare;
        settings.MaxAutoPrepare = 400;
        settings.AutoPrepareMinUsages = 2;
        settings.Timeout = 5;
        settings.KeepAlive = 10;
        var location = PostgresAddress.Location(settings);
        var source = NpgsqlDataSource.Create(settings);
        var writing = new PostgresWriter(settings.ConnectionString);
        try
        {
            PostgresSchema.Prepare(source, settings.ConnectionString, options);
            writing.Session();
            return new PostgresStore(source, writing, settings.ConnectionString, location, options, clock ?? Now(source), wrap);
        }
        catch (Exception e)
        {
            writing.Dispose();
            source.Dispose();
            throw PostgresErrors.CannotOpen(e, location, settings.Username);
        }
    }

    private static StoreClock Now(NpgsqlDataSource source)
    {
        using var session = PostgresSession.Open(source);
        // The shortest of some answers says it best: nodes should agree on the time to a millisecond or two.
        var best = TimeSpan.MaxValue;
        StoreClock? clock = null;
        for (var i = 0; i < ClockLooks; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            var time = new DateTimeOffset((DateTime)session.Scalar("SELECT clock_timestamp()")!);
            var took = TimeProvider.System.GetElapsedTime(start);
            if (took < best)
            {
                (best, clock) = (took, new StoreClock(time + (took / 2)));
            }
        }

        return clock!;
    }
}
