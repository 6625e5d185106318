using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Updates;

/// <summary>The file of the queue. It belongs to one worker at a time; what is in it survives a kill and a power cut.</summary>
internal sealed class QueueStore : IDisposable
{
    /// <summary>SQLite: the disk is full, or nothing can be written for another reason.</summary>
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;

    private QueueStore(FileStream @lock, SqliteConnection connection) => (_lock, _connection) = (@lock, connection);

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="WorkerException">It belongs to another worker, or cannot be opened.</exception>
    public static QueueStore Open(string path, TimeProvider clock, ILogger log)
    {
        var full = Path.GetFullPath(path);
        var mine = Lock(full);
        try
        {
            try
            {
                return new QueueStore(mine, Connect(full));
            }
            catch (SqliteException e) when (e.SqliteErrorCode is NotADatabase or Corrupt)
            {
                var aside = $"{full}.damaged-{clock.GetUtcNow():yyyyMMddTHHmmss}";
                log.LogError("The update queue {File} is damaged ({Reason}). It is kept as {Aside}, and a new one is begun; what the old one held is not sent.", full, e.Message, aside);
                File.Move(full, aside);
                File.Delete(full + "-wal");
                File.Delete(full + "-shm");
                return new QueueStore(mine, Connect(full));
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            mine.Dispose();
            throw new WorkerException($"The update queue {full} cannot be opened: {e.Message} Free the disk, or set task_update_queue_db to another file.", 1, e);
        }
    }

    public long LastNumber => Convert.ToInt64(Scalar("SELECT coalesce(max(number), 0) FROM worker_updates"), System.Globalization.CultureInfo.InvariantCulture);

    public long Count => Convert.ToInt64(Scalar("SELECT count(*) FROM worker_updates"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The tasks whose end stands in the file.</summary>
    public IReadOnlyList<string> EndedTasks()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT task FROM worker_updates WHERE ends";
        using var reader = command.ExecuteReader();
        var tasks = new List<string>();
        while (reader.Read())
        {
            tasks.Add(reader.GetString(0));
        }

        return tasks;
    }

    public QueuedItem? FirstAfter(long number)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT number, task, run, kind, ends, body FROM worker_updates WHERE number > $after ORDER BY number LIMIT 1";
        command.Parameters.AddWithValue("$after", number);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new QueuedItem(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), Enum.Parse<QueuedKind>(reader.GetString(3)), reader.GetBoolean(4), (byte[])reader["body"])
            : null;
    }

    /// <summary>Writes all or none.</summary>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Add(IReadOnlyList<QueuedItem> items)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO worker_updates (number, task, run, kind, ends, body) VALUES ($number, $task, $run, $kind, $ends, $body)";
        foreach (var item in items)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$number", item.Number);
            command.Parameters.AddWithValue("$task", item.Task);
            command.Parameters.AddWithValue("$run", item.Run);
            command.Parameters.AddWithValue("$kind", item.Kind.ToString());
            command.Parameters.AddWithValue("$ends", item.Ends);
            command.Parameters.AddWithValue("$body", item.Body);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Removes what was sent.</summary>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void RemoveUpTo(long number)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "DELETE FROM worker_updates WHERE number <= $number";
        command.Parameters.AddWithValue("$number", number);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path + ".lock"))
        {
            throw new WorkerException($"The update queue {path} is in use by another worker. Give each worker a working folder of its own, or set task_update_queue_db to another file.", 1, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkerException($"The update queue {path} cannot be opened: {e.Message} Set task_update_queue_db to a file that can be written.", 1, e);
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                CREATE TABLE IF NOT EXISTS worker_updates (number INTEGER PRIMARY KEY, task TEXT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL, ends INTEGER NOT NULL, body BLOB NOT NULL);
                """;
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
