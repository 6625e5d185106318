using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Schedules;
using Muster.Messages.Serialization;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>The statements for schedules.</summary>
internal static class SqlSchedules
{
    /// <summary>The columns that <see cref="Row"/> reads, in its order.</summary>
    public const string Columns =
        "namespace, id, spec, paused, next_slot, next_at, queue, last_slot, last_at, last_work, fired, skipped, missed, rejected, reason, created_at, created_by, anchor, updated_at";

    private const string Put = """
        INSERT INTO schedule (namespace, id, shard, spec, created_at, created_by, anchor, updated_at, paused, queue, fired, skipped, missed, rejected)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, '[]', 0, 0, 0, 0)
        ON CONFLICT (namespace, id) DO UPDATE SET spec = excluded.spec, created_by = excluded.created_by, anchor = excluded.anchor
        """;

    private const string Update = """
        UPDATE schedule SET updated_at = ?3, paused = ?4, next_slot = ?5, next_at = ?6, wake_at = ?7, queue = ?8, last_slot = ?9, last_at = ?10, last_work = ?11,
               fired = ?12, skipped = ?13, missed = ?14, rejected = ?15, reason = ?16
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string Remove = "DELETE FROM schedule WHERE namespace = ?1 AND id = ?2";

    /// <summary>What an event does to the row.</summary>
    public static void Apply(ISqlSession session, ScheduleId id, ScheduleEvent e, int shards)
    {
        var now = SqlTimes.Down(e.At);
        if (e is ScheduleEvent.Removed)
        {
            session.Execute(Remove, id.Namespace, id.Id);
            return;
        }

        if (e is ScheduleEvent.OfAll x)
        {
            session.Execute(
                Put, id.Namespace, id.Id, Shards.Of(id.ToString(), shards), JsonSerializer.Serialize(x.Spec, MessagesJson.Default.ScheduleSpec),
                SqlTimes.Down(x.CreatedAt), x.CreatedBy, SqlTimes.Down(x.Anchor), now);
        }

        var p = e.Progress;
        session.Execute(
            Update, id.Namespace, id.Id, now, p.Paused ? 1 : 0, SqlTimes.Up(p.NextSlot), SqlTimes.Up(p.NextAt), SqlTimes.Up(p.WakeAt()),
            JsonSerializer.Serialize(p.Queue, MessagesJson.Default.ImmutableArrayScheduledRun), SqlTimes.Up(p.LastSlot), SqlTimes.Up(p.LastAt), p.LastWork,
            p.Fired, p.Skipped, p.Missed, p.Rejected, p.Reason);
    }

    /// <summary>Reads a row.</summary>
    public static ScheduleRow Row(DbDataReader r) => new()
    {
        Id = new ScheduleId(r.GetString(0), r.GetString(1)),
        Spec = JsonSerializer.Deserialize(r.GetString(2), StoredJson.Of<ScheduleSpec>())!,
        Progress = new ScheduleProgress
        {
            Paused = r.GetInt32(3) != 0,
            NextSlot = SqlRows.OptionalTime(r, 4),
            NextAt = SqlRows.OptionalTime(r, 5),
            Queue = JsonSerializer.Deserialize(r.GetString(6), StoredJson.Of<ImmutableArray<ScheduledRun>>()),
            LastSlot = SqlRows.OptionalTime(r, 7),
            LastAt = SqlRows.OptionalTime(r, 8),
            LastWork = SqlRows.Text(r, 9),
            Fired = r.GetInt64(10),
            Skipped = r.GetInt64(11),
            Missed = r.GetInt64(12),
            Rejected = r.GetInt64(13),
            Reason = SqlRows.Text(r, 14),
        },
        CreatedAt = SqlRows.Time(r, 15),
        CreatedBy = SqlRows.Text(r, 16),
        Anchor = SqlRows.Time(r, 17),
        UpdatedAt = SqlRows.Time(r, 18),
    };
}
