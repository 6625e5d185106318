using System.Data.Common;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Messages.Serialization;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>The statements for generators.</summary>
internal static class SqlGenerators
{
    /// <summary>The columns that <see cref="Row"/> reads, in its order.</summary>
    public const string Columns =
        "namespace, id, spec, waiting, first_at, pending, next_at, last_at, last_run, last_work, packed, fired, rejected, reason, created_at, created_by, updated_at";

    private const string Put = """
        INSERT INTO generator (namespace, id, shard, spec, created_at, created_by, updated_at, waiting, pending, last_run, packed, fired, rejected)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0, 0, 0)
        ON CONFLICT (namespace, id) DO UPDATE SET spec = excluded.spec
        """;

    private const string Update = """
        UPDATE generator SET updated_at = ?3, waiting = ?4, first_at = ?5, pending = ?6, next_at = ?7, wake_at = ?8, last_at = ?9, last_run = ?10, last_work = ?11,
               packed = ?12, fired = ?13, rejected = ?14, reason = ?15
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string Remove = "DELETE FROM generator WHERE namespace = ?1 AND id = ?2";

    /// <summary>What an event does to the row.</summary>
    public static void Apply(ISqlSession session, GeneratorId id, GeneratorEvent e, int shards)
    {
        var now = SqlTimes.Down(e.At);
        if (e is GeneratorEvent.Removed)
        {
            session.Execute(Remove, id.Namespace, id.Id);
            return;
        }

        if (e is GeneratorEvent.OfAll x)
        {
            session.Execute(
                Put, id.Namespace, id.Id, Shards.Of(id.ToString(), shards), JsonSerializer.Serialize(x.Spec, MessagesJson.Default.GeneratorSpec),
                SqlTimes.Down(x.CreatedAt), x.CreatedBy, now);
        }

        var p = e.Progress;
        session.Execute(
            Update, id.Namespace, id.Id, now, p.Waiting, SqlTimes.Up(p.FirstAt), p.Pending, SqlTimes.Up(p.NextAt), SqlTimes.Up(p.WakeAt()), SqlTimes.Up(p.LastAt),
            p.LastRun, p.LastWork, p.Packed, p.Fired, p.Rejected, p.Reason);
    }

    /// <summary>Reads a row.</summary>
    public static GeneratorRow Row(DbDataReader r) => new()
    {
        Id = new GeneratorId(r.GetString(0), r.GetString(1)),
        Spec = JsonSerializer.Deserialize(r.GetString(2), StoredJson.Of<GeneratorSpec>())!,
        Progress = new GeneratorProgress
        {
            Waiting = r.GetInt32(3),
            FirstAt = SqlRows.OptionalTime(r, 4),
            Pending = r.GetInt32(5),
            NextAt = SqlRows.OptionalTime(r, 6),
            LastAt = SqlRows.OptionalTime(r, 7),
            LastRun = r.GetInt64(8),
            LastWork = SqlRows.Text(r, 9),
            Packed = r.GetInt64(10),
            Fired = r.GetInt64(11),
            Rejected = r.GetInt64(12),
            Reason = SqlRows.Text(r, 13),
        },
        CreatedAt = SqlRows.Time(r, 14),
        CreatedBy = SqlRows.Text(r, 15),
        UpdatedAt = SqlRows.Time(r, 16),
    };
}
