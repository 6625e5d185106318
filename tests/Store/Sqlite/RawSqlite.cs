using Microsoft.Data.Sqlite;
using Muster.Persistence;

namespace Muster.Tests.Store.Sqlite;

/// <summary>Connections to the tables past the store.</summary>
internal static class RawSqlite
{
    /// <summary>A connection to the tables of a store.</summary>
    public static SqliteConnection Connect(IStore store) => Connect(store.Location);

    /// <summary>A connection to a file.</summary>
    public static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Runs a statement on a file.</summary>
    public static int Execute(string path, string sql)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row.</summary>
    public static object? Scalar(string path, string sql)
    {
        using var connection = Connect(path);
        return Scalar(connection, sql);
    }

    /// <summary>The first column of the first row.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
