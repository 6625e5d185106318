using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sqlite;

/// <summary>Tells a store that is away from a statement that is wrong.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int OutOfMemory = 7;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;

    public static bool IsAway(SqliteException e) => e.SqliteErrorCode is Busy or Locked or OutOfMemory or ReadOnly or IoError or Full or CannotOpen or Protocol;

    public static StoreUnavailableException? Unavailable(Exception e) => e is SqliteException sqlite && IsAway(sqlite) ? Away(sqlite) : null;

    public static StoreUnavailableException Away(SqliteException e) => e.SqliteErrorCode == Full
        ? new("The disk of the store is full.", e) { DiskFull = true }
        : new($"The store does not answer: {e.Message}", e);
}
