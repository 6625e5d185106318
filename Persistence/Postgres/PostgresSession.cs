using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Muster.Persistence.Journal;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>One connection. Statements are prepared by the provider when they come again. Used by one thread at a time.</summary>
internal sealed partial class PostgresSession(NpgsqlConnection connection) : ISqlSession, IDisposable
{
    // Texts number their values ?1, ?2, ...; PostgreSQL wants $1, $2, ... There are as many as there are texts in the code and combinations of filters.
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>The connection, for statements that take whole columns.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>Whether it can be used; a connection that broke once cannot.</summary>
    public bool IsOpen => connection.State == System.Data.ConnectionState.Open;

    /// <summary>Opens one.</summary>
    public static PostgresSession Open(NpgsqlDataSource source, string? first = null)
    {
        var session = new PostgresSession(source.OpenConnection());
        try
        {
            if (first is not null)
            {
                session.Execute(first);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public void Dispose() => connection.Dispose();

    private NpgsqlCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(Texts.GetOrAdd(sql, static text => Placeholder().Replace(text, "$$$1")), connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value is string text ? PostgresText.Storable(text) : value ?? DBNull.Value });
        }

        return command;
    }

    [GeneratedRegex(@"\?(\d+)")]
    private static partial Regex Placeholder();
}
