using System.Data.Common;
using System.Globalization;
using System.Text;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>How a filter of log lines becomes a query.</summary>
internal static class SqlMessages
{
    /// <summary>Nanoseconds of a millisecond.</summary>
    private const long Millisecond = 1_000_000;

    /// <summary>The lines, the first or the last ones; the last ones come in the order from the end.</summary>
    public static (string Sql, object?[] Values) Lines(MessageFilter filter, SqlDialect dialect)
    {
        var values = new List<object?> { filter.Namespace };
        var sql = new StringBuilder("SELECT process, attempt, executor, sequence, at, text FROM log WHERE namespace = ?1");

        string Next(object value)
        {
            values.Add(value);
            return $"?{values.Count.ToString(CultureInfo.InvariantCulture)}";
        }

        sql.Append(filter.Process is { } process ? $" AND process = {Next(process)}" : " AND executor IS NOT NULL");
        if (filter.Executor is { } executor)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND executor = {Next(executor)}");
        }

        if (filter.After is { } after)
        {
            var messages = $"sequence > {Next(after)}";
            sql.Append(filter.Process is null ? $" AND {messages}" : $" AND (executor IS NOT NULL AND {messages} OR executor IS NULL AND at > {Next(after / Millisecond)})");
        }

        if (filter.Text is { Length: > 0 } text)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND {dialect.Holds("text", Next(text))}");
        }

        var direction = filter.Last ? " DESC" : "";
        // Attempts follow each other, so that this is the order of time too.
        sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {(filter.Process is null ? "" : $"attempt{direction}, ")}sequence{direction} LIMIT {Next(filter.Limit)}");
        return (sql.ToString(), [.. values]);
    }

    /// <summary>A line.</summary>
    public static MessageRow Row(DbDataReader r)
    {
        var (process, executor) = (r.GetString(0), SqlRows.Text(r, 2));
        return new MessageRow(process.Length == 0 ? null : process, r.GetInt32(1), executor, executor is null ? r.GetInt64(4) * Millisecond : r.GetInt64(3), r.GetString(5));
    }
}
