using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The writing connection, made anew after it broke. It comes from no pool: it plans differently from those that read.</summary>
/// <param name="connection">How the database is reached.</param>
internal sealed class PostgresWriter(string connection) : IDisposable
{
    // Updates name their rows by key. A plan made while the tables were empty would read all of them for ever.
    private const string Planning = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Pooling = false });

    private PostgresSession? _session;

    /// <summary>The connection, open.</summary>
    public PostgresSession Session()
    {
        if (_session is { IsOpen: true })
        {
            return _session;
        }

        Drop();
        return _session = PostgresSession.Open(_source, Planning);
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
