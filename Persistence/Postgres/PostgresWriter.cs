using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>The writing connection, made anew after it broke.</summary>
/// <param name="source">Where connections come from.</param>
internal sealed class PostgresWriter(NpgsqlDataSource source) : IDisposable
{
    // Updates name their rows by key. A plan made while the tables were empty would read all of them for ever.
    private const string Planning = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    private PostgresSession? _session;

    /// <summary>The connection, open.</summary>
    public PostgresSession Session()
    {
        if (_session is { IsOpen: true })
        {
            return _session;
        }

        Drop();
        return _session = PostgresSession.Open(source, Planning);
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

    public void Dispose() => Drop();
}
