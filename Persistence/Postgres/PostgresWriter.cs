using Muster.Persistence.Journal;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The writing connection, made anew after it broke. It holds the lock of the store: who has lost it, with the connection, writes no more until he has it again.</summary>
/// <remarks>Its connections come from no pool: one that went back there would keep the lock until somebody else used it.</remarks>
/// <param name="connection">How the database is reached.</param>
internal sealed class PostgresWriter(string connection) : IDisposable
{
    // Updates name their rows by key. A plan made while the tables were empty would read all of them for ever.
    private const string Planning = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    // The lock belongs to the connection, and the server gives it back when that ends, however it ends.
    private const string TakeLock = "SELECT pg_try_advisory_lock(687837, hashtext(current_schema()))";

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });

    private PostgresSession? _session;

    /// <summary>The connection, open and with the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process has the lock.</exception>
    public PostgresSession Session()
    {
        if (_session is { IsOpen: true })
        {
            return _session;
        }

        Drop();
        var session = PostgresSession.Open(_source, Planning);
        if (session.Scalar(TakeLock) is not true)
        {
            session.Dispose();
            throw new StoreUnavailableException("Another process has taken over the store.");
        }

        return _session = session;
    }

    /// <summary>Gives the connection up, with the transaction that may be open on it.</summary>
    public void Drop()
    {
        try
        {
            _session?.Dispose();
        }
        catch (NpgsqlException)
        {
            // It was broken already.
        }

        _session = null;
    }

    public void Dispose()
    {
        Drop();
        _source.Dispose();
    }
}
