using System.Net.Sockets;
using Muster.Persistence.Journal;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>Tells a server that is away from a statement that is wrong.</summary>
internal static class PostgresErrors
{
    private const string DiskFull = "53100";

    /// <summary>What the server says when it, not the statement, is the reason: connection, resources, shutdown, read-only, and what ends a transaction among others.</summary>
    private static readonly string[] AwayClasses = ["08", "25006", "40", "53", "55P03", "57", "58"];

    /// <summary>Null when the error has another reason than a server that does not answer.</summary>
    public static StoreUnavailableException? Unavailable(Exception e) => e switch
    {
        PostgresException p when AwayClasses.Any(c => p.SqlState.StartsWith(c, StringComparison.Ordinal)) => p.SqlState == DiskFull
            ? new("The disk of the store is full.", p) { DiskFull = true }
            : new($"The store does not answer: {p.MessageText}", p),
        PostgresException => null,
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => new($"The store does not answer: {e.Message}", e),
        _ => null,
    };

    /// <summary>Says what keeps a store from being opened, and what to do.</summary>
    /// <param name="e">What came of the try.</param>
    /// <param name="location">The store, without secrets.</param>
    /// <param name="user">Who tried.</param>
    public static StoreOpenException CannotOpen(Exception e, string location, string? user) => e switch
    {
        StoreOpenException open => open,
        PostgresException { SqlState: "28P01" or "28000" } p => new($"PostgreSQL refuses the user '{user}' at {location}: {p.MessageText}. Check user and password of --store.", p),
        PostgresException { SqlState: "3D000" } p => new($"There is no database {location}. Make it, for instance with createdb, or name another with --store.", p),
        PostgresException { SqlState: "42501" } p => new($"The user '{user}' may not make tables in {location}: {p.MessageText}. Let it own the database, or grant it CREATE on the schema.", p),
        PostgresException { SqlState: "25006" } p => new($"The server of {location} is read-only; it may be a standby. Name the primary with --store.", p),
        PostgresException p => new($"The store {location} cannot be used: {p.MessageText} ({p.SqlState}).", p),
        _ => new($"PostgreSQL at {location} does not answer: {(e.InnerException ?? e).Message}. Is it started, and are host and port of --store right?", e),
    };
}
