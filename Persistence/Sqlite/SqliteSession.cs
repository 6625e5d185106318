using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;
using SQLitePCL;

namespace Muster.Persistence.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
/// <remarks>
/// Statements that give no rows go straight to SQLite: they are what the writer does all day, and the provider looks every parameter
/// up by its name at every execution.
/// </remarks>
internal sealed class SqliteSession : ISqlSession, IDisposable
{
    /// <summary>Lists make a text for each combination of filters; beyond this the oldest way is to prepare anew.</summary>
    private const int KeptStatements = 250;

    private readonly SqliteConnection _connection;
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, sqlite3_stmt> _statements = [];
    private readonly Dictionary<string, SqliteCommand> _queries = [];
    private byte[] _text = new byte[1024];

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            _handle = _connection.Handle!;
            // The statements of the writer and the readers wait for a lock instead of failing; other connections hold it shortly.
            Execute("PRAGMA busy_timeout = 5000");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens one that cannot write.</summary>
    public static SqliteSession Reading(string connectionString)
    {
        var session = new SqliteSession(connectionString);
        session.Execute("PRAGMA query_only = 1");
        return session;
    }

    /// <summary>What was asked so far.</summary>
    public IEnumerable<string> Texts => _statements.Keys.Concat(_queries.Keys);

    /// <summary>Whether a transaction is open; some errors end it.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        int rc;
        do
        {
            rc = raw.sqlite3_step(statement);
        }
        while (rc == raw.SQLITE_ROW);

        raw.sqlite3_reset(statement);
        SqliteException.ThrowExceptionForRC(rc, _handle);
        return raw.sqlite3_changes(_handle);
    }

    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        var rc = raw.sqlite3_step(statement);
        var value = rc == raw.SQLITE_ROW ? Column(statement) : null;
        raw.sqlite3_reset(statement);
        SqliteException.ThrowExceptionForRC(rc, _handle);
        return value;
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        Forget();
        _connection.Dispose();
    }

    private static object? Column(sqlite3_stmt statement) => raw.sqlite3_column_type(statement, 0) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, 0),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, 0),
        raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, 0).utf8_to_string(),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, 0).ToArray(),
        _ => null,
    };

    // Values are numbered ?1, ?2, ... in the text, so their place is their index.
    private sqlite3_stmt Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            MakeRoom();
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), _handle);
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            SqliteException.ThrowExceptionForRC(Bind(statement, i + 1, values[i]), _handle);
        }

        return statement;
    }

    private int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(statement, index),
        string text => BindText(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        double number => raw.sqlite3_bind_double(statement, index, number),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be a parameter.", nameof(value)),
    };

    private int BindText(sqlite3_stmt statement, int index, string text)
    {
        if (text.Length == 0)
        {
            // An empty span has no address, which would bind NULL.
            return raw.sqlite3_bind_text(statement, index, utf8z.FromString(""));
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        var length = Encoding.UTF8.GetBytes(text, _text);
        return raw.sqlite3_bind_text(statement, index, _text.AsSpan(0, length));
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_queries.TryGetValue(sql, out var command))
        {
            MakeRoom();
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i + 1}" });
            }

            _queries.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private void MakeRoom()
    {
        if (_statements.Count + _queries.Count >= KeptStatements)
        {
            Forget();
        }
    }

    private void Forget()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        foreach (var query in _queries.Values)
        {
            query.Dispose();
        }

        _statements.Clear();
        _queries.Clear();
    }
}
