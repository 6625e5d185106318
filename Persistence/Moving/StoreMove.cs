using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Postgres;
using Muster.Persistence.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Persistence.Moving;

/// <summary>Copies a store from SQLite to PostgreSQL: all of it or nothing, and compared row by row before it counts.</summary>
/// <remarks>The source is held as a seed holds it and only read; no node can join on the target meanwhile.</remarks>
public static class StoreMove
{
    /// <summary>Copies it.</summary>
    /// <param name="path">The SQLite file.</param>
    /// <param name="address">The PostgreSQL database; it must hold no processes yet.</param>
    /// <param name="options">Bounds, as for opening either store.</param>
    /// <param name="progress">Hears of each table when it is copied and compared.</param>
    /// <param name="cancel">Gives up; nothing is changed then.</param>
    /// <exception cref="StoreOpenException">One of the stores cannot be opened, or is in use.</exception>
    /// <exception cref="StoreMoveException">There is no such file, the target is not empty, or a row is not the same after it was copied.</exception>
    public static async Task RunAsync(string path, string address, StoreOptions? options = null, IProgress<MovedTable>? progress = null, CancellationToken cancel = default)
    {
        if (!File.Exists(path))
        {
            throw new StoreMoveException($"There is no store at {Path.GetFullPath(path)}. Name its folder with --data DIR, or the file with --store FILE.");
        }

        var source = SqliteStore.Open(path, options);
        await using (source.ConfigureAwait(false))
        {
            var target = PostgresStore.Open(address, options);
            await using (target.ConfigureAwait(false))
            {
                await CopyAsync(source, target, progress, cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task CopyAsync(SqliteStore source, PostgresStore target, IProgress<MovedTable>? progress, CancellationToken cancel)
    {
        using var from = new SqliteConnection(source.Sql.Connection);
        await from.OpenAsync(cancel).ConfigureAwait(false);
        var to = new NpgsqlConnection(target.Sql.Connection);
        await using (to.ConfigureAwait(false))
        {
            await to.OpenAsync(cancel).ConfigureAwait(false);
            var transaction = await to.BeginTransactionAsync(cancel).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await RefuseUsedAsync(to, target.Location, cancel).ConfigureAwait(false);
                foreach (var table in MovingTable.All)
                {
                    await CopyAsync(from, to, table, cancel).ConfigureAwait(false);
                    progress?.Report(new MovedTable(table.Name, await CompareAsync(from, to, table, cancel).ConfigureAwait(false)));
                }

                await transaction.CommitAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task RefuseUsedAsync(NpgsqlConnection to, string location, CancellationToken cancel)
    {
        // Who wants to join a cluster on the target waits until the move has ended; who has joined one is in the way.
        await ScalarAsync(to, PostgresMembers.LockJoining, cancel).ConfigureAwait(false);
        if (await ScalarAsync(to, PostgresMembers.AnyMember, cancel).ConfigureAwait(false) is true)
        {
            throw new StoreMoveException($"Nodes run on the store {location}. Stop them first, or move into a new database.");
        }

        if (await ScalarAsync(to, "SELECT EXISTS (SELECT FROM journal) OR EXISTS (SELECT FROM queue) OR EXISTS (SELECT FROM log) OR EXISTS (SELECT FROM api_key)", cancel).ConfigureAwait(false) is true)
        {
            throw new StoreMoveException($"The store {location} holds something already. Move into a new database.");
        }

        // What the opening of a new store leaves there: the number of shards, which both have.
        await ScalarAsync(to, "DELETE FROM metadata", cancel).ConfigureAwait(false);
    }

    private static async Task CopyAsync(SqliteConnection from, NpgsqlConnection to, MovingTable table, CancellationToken cancel)
    {
        var columns = await ColumnsAsync(from, to, table, cancel).ConfigureAwait(false);
        var names = string.Join(", ", columns.Select(c => c.Name));
        using var rows = Rows(from, table, names);
        using var reader = await rows.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var import = await to.BeginBinaryImportAsync($"COPY {table.Name} ({names}) FROM STDIN (FORMAT BINARY)", cancel).ConfigureAwait(false);
        await using (import.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                await import.StartRowAsync(cancel).ConfigureAwait(false);
                for (var i = 0; i < columns.Count; i++)
                {
                    await WriteAsync(import, reader.GetValue(i), columns[i].Type, cancel).ConfigureAwait(false);
                }
            }

            await import.CompleteAsync(cancel).ConfigureAwait(false);
        }

        if (table.Numbered is { } numbered)
        {
            // Numbers that were given out to rows that are gone are not given out again.
            var last = await LastNumberAsync(from, table, numbered, cancel).ConfigureAwait(false);
            if (last > 0)
            {
                await ScalarAsync(to, $"SELECT setval(pg_get_serial_sequence('{table.Name}', '{numbered}'), {last.ToString(CultureInfo.InvariantCulture)})", cancel).ConfigureAwait(false);
            }
        }
    }

    private static Task WriteAsync(NpgsqlBinaryImporter import, object value, string type, CancellationToken cancel) => value is DBNull
        ? import.WriteNullAsync(cancel)
        : type switch
        {
            "bigint" => import.WriteAsync(Convert.ToInt64(value, CultureInfo.InvariantCulture), NpgsqlDbType.Bigint, cancel),
            "integer" => import.WriteAsync(Convert.ToInt32(value, CultureInfo.InvariantCulture), NpgsqlDbType.Integer, cancel),
            "boolean" => import.WriteAsync(Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0, NpgsqlDbType.Boolean, cancel),
            "double precision" => import.WriteAsync(Convert.ToDouble(value, CultureInfo.InvariantCulture), NpgsqlDbType.Double, cancel),
            "bytea" => import.WriteAsync((byte[])value, NpgsqlDbType.Bytea, cancel),
            _ => import.WriteAsync(PostgresText.Storable(Convert.ToString(value, CultureInfo.InvariantCulture)!), NpgsqlDbType.Text, cancel),
        };

    private static async Task<long> CompareAsync(SqliteConnection from, NpgsqlConnection to, MovingTable table, CancellationToken cancel)
    {
        var columns = await ColumnsAsync(from, to, table, cancel).ConfigureAwait(false);
        var names = string.Join(", ", columns.Select(c => c.Name));
        using var rowsHere = Rows(from, table, names);
        using var here = await rowsHere.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        using var rowsThere = Rows(to, table, names);
        var there = await rowsThere.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using (there.ConfigureAwait(false))
        {
            for (long rows = 0; ; rows++)
            {
                var more = await here.ReadAsync(cancel).ConfigureAwait(false);
                if (more != await there.ReadAsync(cancel).ConfigureAwait(false))
                {
                    throw new StoreMoveException($"The table {table.Name} has not as many rows as before after {rows} were compared. Nothing was moved.");
                }

                if (!more)
                {
                    return rows;
                }

                for (var i = 0; i < columns.Count; i++)
                {
                    if (!Same(here.GetValue(i), there.GetValue(i)))
                    {
                        throw new StoreMoveException($"The column {columns[i].Name} of row {rows + 1} of {table.Name} is not the same after it was copied. Nothing was moved.");
                    }
                }
            }
        }
    }

    private static bool Same(object here, object there) => (here, there) switch
    {
        (DBNull, DBNull) => true,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (string a, string b) => PostgresText.Storable(a) == b,
        (long a, bool b) => a != 0 == b,
        (long a, long b) => a == b,
        (long a, int b) => a == b,
        (long or double, double b) => Convert.ToDouble(here, CultureInfo.InvariantCulture).Equals(b),
        _ => false,
    };

    // The columns of the source, and what the target makes of them. The target may have more, which fill themselves.
    private static async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(SqliteConnection from, NpgsqlConnection to, MovingTable table, CancellationToken cancel)
    {
        var types = new Dictionary<string, string>();
        var command = new NpgsqlCommand($"SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table.Name}'", to);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    types.Add(reader.GetString(0), reader.GetString(1));
                }
            }
        }

        var columns = new List<(string, string)>();
        using var source = from.CreateCommand();
        source.CommandText = $"SELECT name FROM pragma_table_info('{table.Name}') ORDER BY cid";
        using var names = await source.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        while (await names.ReadAsync(cancel).ConfigureAwait(false))
        {
            columns.Add((names.GetString(0), types[names.GetString(0)]));
        }

        return columns;
    }

    private static DbCommand Rows(DbConnection connection, MovingTable table, string columns)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"SELECT {columns} FROM {table.Name} ORDER BY {table.Key}";
        return command;
    }

    private static async Task<long> LastNumberAsync(SqliteConnection from, MovingTable table, string numbered, CancellationToken cancel)
    {
        using var command = from.CreateCommand();
        command.CommandText = $"SELECT max(coalesce((SELECT max({numbered}) FROM {table.Name}), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table.Name}'), 0))";
        return (long)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection to, string sql, CancellationToken cancel)
    {
        var command = new NpgsqlCommand(sql, to);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
        }
    }
}
