using NpgsqlTypes;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>A column that is sent for many rows at once, as an array that <c>unnest</c> takes apart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, in SQL.</param>
internal sealed record PostgresColumn(string Name, string Type)
{
    /// <summary>A text.</summary>
    public static PostgresColumn Text(string name) => new(name, "text");

    /// <summary>A number of 64 bits.</summary>
    public static PostgresColumn Long(string name) => new(name, "bigint");

    /// <summary>A number of 32 bits.</summary>
    public static PostgresColumn Int(string name) => new(name, "integer");

    /// <summary>Bytes.</summary>
    public static PostgresColumn Bytes(string name) => new(name, "bytea");

    /// <summary>A list of <c>$1::type[], $2::type[], ...</c> for these columns.</summary>
    public static string Arrays(IEnumerable<PostgresColumn> columns) => string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.Type}[]"));

    /// <summary>The names, separated by commas.</summary>
    public static string Names(IEnumerable<PostgresColumn> columns) => string.Join(", ", columns.Select(c => c.Name));

    /// <summary>The value of this column in each of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="value">Picks it: null, or what the type says.</param>
    public NpgsqlParameter Of<T>(IReadOnlyList<T> rows, Func<T, object?> value) => Type switch
    {
        "text" => new NpgsqlParameter<string?[]> { TypedValue = Array(rows, r => value(r) is string text ? PostgresText.Storable(text) : null), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        "bigint" => new NpgsqlParameter<long?[]> { TypedValue = Array(rows, r => value(r) is { } v ? Convert.ToInt64(v, null) : (long?)null), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        "integer" => new NpgsqlParameter<int?[]> { TypedValue = Array(rows, r => (int?)value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        "bytea" => new NpgsqlParameter<byte[]?[]> { TypedValue = Array(rows, r => (byte[]?)value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        _ => throw new InvalidOperationException($"There are no arrays of {Type} here."),
    };

    private static TValue[] Array<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return values;
    }
}
