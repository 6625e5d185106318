using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Persistence.Journal;
using Muster.Persistence.Records;

namespace Muster.Persistence.Sql;

/// <summary>The table of records.</summary>
/// <param name="writer">Where it is written.</param>
/// <param name="readers">Where it is read.</param>
/// <param name="dialect">How this database says it.</param>
/// <param name="clock">The time of the store.</param>
/// <param name="shared">Whether other programs may write it.</param>
internal sealed class SqlRecords(GroupCommit writer, ISqlReaders readers, SqlDialect dialect, TimeProvider clock, bool shared) : IRecordStore
{
    private const string Columns = "seq, kind, namespace, key, tag, body, version, created_at, updated_at";

    public bool Shared => shared;

    public async Task<RecordRow?> FindAsync(string kind, string nameSpace, string key, CancellationToken cancel = default)
    {
        var rows = await readers.RunAsync(
            s => s.Query($"SELECT {Columns} FROM record WHERE kind = ?1 AND namespace = ?2 AND key = ?3", Row, kind, nameSpace, key), cancel).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }

    public Task<IReadOnlyList<RecordRow>> ListAsync(RecordFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = new StringBuilder($"SELECT {Columns} FROM record WHERE kind = ?1");
        var values = new List<object?> { filter.Kind };

        void And(string condition, object? value)
        {
            if (value is not null)
            {
                values.Add(value);
                sql.Append(CultureInfo.InvariantCulture, $" AND {condition} ?{values.Count}");
            }
        }

        And("namespace =", filter.Namespace);
        And("tag =", filter.Tag);
        And(filter.NewestFirst ? "seq <" : "seq >", filter.After);
        if (filter.KeyPrefix is { Length: > 0 } prefix)
        {
            And("key >=", prefix);
            And("key <", After(prefix));
        }

        sql.Append(filter.NewestFirst ? " ORDER BY seq DESC" : " ORDER BY seq");
        if (filter.Limit is { } limit)
        {
            values.Add(limit);
            sql.Append(CultureInfo.InvariantCulture, $" LIMIT ?{values.Count}");
        }

        return readers.RunAsync(s => s.Query(sql.ToString(), Row, [.. values]), cancel);
    }

    public async Task<bool> WriteAsync(params IReadOnlyList<RecordChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var write = Guid.NewGuid().ToString("N");
        var now = SqlTimes.Down(clock.GetUtcNow());
        var size = changes.Sum(c => 128 + (c is RecordChange.Put put ? put.Body.GetRawText().Length : 0));
        var done = false;
        // The whole may be repeated after an outage that left its outcome open.
        var rejected = await writer.WriteAsync(StoreWork.Of(null, size, s => done = Apply(s, changes, write, now))).ConfigureAwait(false);
        return rejected switch
        {
            null => done,
            // Another node made the same record in the same moment.
            JournalWriteException when shared && changes.Any(c => c.Expected is not null) => false,
            _ => throw rejected,
        };
    }

    private bool Apply(ISqlSession s, IReadOnlyList<RecordChange> changes, string write, long now)
    {
        foreach (var change in changes)
        {
            if (change.Expected is not { } expected)
            {
                continue;
            }

            // Of two nodes that expect the same version the second one waits, and sees the version of the first.
            var found = s.Query($"SELECT version, write_id FROM record WHERE kind = ?1 AND namespace = ?2 AND key = ?3{dialect.ForChange}",
                r => (Version: r.GetInt64(0), Write: r.GetString(1)), change.Kind, change.Namespace, change.Key);
            if (found.Count > 0 && found[0].Write == write)
            {
                return true;
            }

            if ((found.Count > 0 ? found[0].Version : 0) != expected)
            {
                return false;
            }
        }

        foreach (var change in changes)
        {
            Apply(s, change, write, now);
        }

        return true;
    }

    private static void Apply(ISqlSession s, RecordChange change, string write, long now)
    {
        switch (change)
        {
            case RecordChange.Put { Expected: 0 } put:
                s.Execute(
                    "INSERT INTO record (kind, namespace, key, tag, body, version, write_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?7)",
                    put.Kind, put.Namespace, put.Key, put.Tag, put.Body.GetRawText(), write, now);
                break;
            case RecordChange.Put put:
                s.Execute(
                    """
                    INSERT INTO record (kind, namespace, key, tag, body, version, write_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?7)
                    ON CONFLICT (kind, namespace, key) DO UPDATE SET tag = excluded.tag, body = excluded.body, version = record.version + 1,
                      write_id = excluded.write_id, updated_at = excluded.updated_at
                    """, put.Kind, put.Namespace, put.Key, put.Tag, put.Body.GetRawText(), write, now);
                break;
            case RecordChange.Drop drop:
                s.Execute("DELETE FROM record WHERE kind = ?1 AND namespace = ?2 AND key = ?3", drop.Kind, drop.Namespace, drop.Key);
                break;
            case RecordChange.DropAll { Key.Length: 0 } all:
                s.Execute("DELETE FROM record WHERE kind = ?1 AND namespace = ?2", all.Kind, all.Namespace);
                break;
            case RecordChange.DropAll all:
                s.Execute("DELETE FROM record WHERE kind = ?1 AND namespace = ?2 AND key >= ?3 AND key < ?4", all.Kind, all.Namespace, all.Key, After(all.Key));
                break;
        }
    }

    // The first text after all that begin with a prefix, as both databases compare them: by their bytes.
    private static string After(string prefix) => prefix + "\U0010FFFF";

    private static RecordRow Row(DbDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), SqlRows.Text(r, 4), JsonElement.Parse(r.GetString(5)), r.GetInt64(6), SqlRows.Time(r, 7), SqlRows.Time(r, 8));
}
