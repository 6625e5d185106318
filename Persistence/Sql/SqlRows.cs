using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>How rows become records.</summary>
internal static class SqlRows
{
    /// <summary>The columns that <see cref="Process"/> reads, in its order.</summary>
    public const string ProcessColumns = """
        p.seq, p.namespace, p.id, p.status, p.queue, p.lane, p.priority, p.name, p.func, p.runtime, p.attempt, p.counted, p.executor,
        p.reason, p.cause, p.has_parents, p.labels, p.attributes, p.progress, p.progress_text, p.damaged, p.next_deadline, p.waiting_since,
        p.created_at, p.created_by, p.started_at, p.finished_at, p.updated_at, p.result_nr, p.failure, p.workflow
        """;

    public static ProcessRow Process(DbDataReader r) => new()
    {
        Seq = r.GetInt64(0),
        Id = new ProcessId(r.GetString(1), r.GetString(2)),
        Status = (ProcessStatus)r.GetInt32(3),
        Queue = r.GetString(4),
        Lane = r.GetString(5),
        Priority = r.GetInt32(6),
        Name = Text(r, 7),
        Func = r.GetString(8),
        Runtime = Text(r, 9),
        Attempt = r.GetInt32(10),
        Counted = r.GetInt32(11),
        Executor = Text(r, 12),
        Reason = Text(r, 13),
        Cause = Text(r, 14),
        HasParents = r.GetInt32(15) != 0,
        Labels = Map(r, 16),
        Attributes = Map(r, 17),
        Progress = r.IsDBNull(18) ? null : r.GetDouble(18),
        ProgressText = Text(r, 19),
        Damaged = Text(r, 20),
        NextDeadline = OptionalTime(r, 21),
        WaitingSince = r.IsDBNull(22) ? null : Place(r, 22),
        CreatedAt = Time(r, 23),
        CreatedBy = Text(r, 24),
        StartedAt = OptionalTime(r, 25),
        FinishedAt = OptionalTime(r, 26),
        UpdatedAt = Time(r, 27),
        ResultNr = r.IsDBNull(28) ? null : r.GetInt64(28),
        Failure = r.IsDBNull(29) ? null : (FailureKind)r.GetInt32(29),
        Workflow = Text(r, 30),
    };

    public static WorkflowRow Workflow(DbDataReader r) => new()
    {
        Seq = r.GetInt64(0),
        Id = new WorkflowId(r.GetString(1), r.GetString(2)),
        Status = (WorkflowStatus)r.GetInt32(3),
        Name = Text(r, 4),
        OnFailure = (WorkflowFailurePolicy)r.GetInt32(5),
        Nodes = r.GetInt32(6),
        Reason = Text(r, 7),
        Labels = Map(r, 8),
        CreatedAt = Time(r, 9),
        CreatedBy = Text(r, 10),
        StartedAt = OptionalTime(r, 11),
        FinishedAt = OptionalTime(r, 12),
        UpdatedAt = Time(r, 13),
    };

    public static ProcessId Id(DbDataReader r, int first) => new(r.GetString(first), r.GetString(first + 1));

    public static RelatedRow Related(DbDataReader r) => new(r.GetString(0), (ProcessStatus)r.GetInt32(1), Text(r, 2));

    public static RunningRow Running(DbDataReader r) => new(Id(r, 0), r.GetInt32(2), r.GetString(3), Text(r, 4) ?? "");

    public static DateTimeOffset Time(DbDataReader r, int i) => DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(i));

    /// <summary>Since when a process waits, see <see cref="SqlTimes.Ticks"/>.</summary>
    public static DateTimeOffset Place(DbDataReader r, int i) => DateTimeOffset.UnixEpoch.AddTicks(r.GetInt64(i));

    public static DateTimeOffset? OptionalTime(DbDataReader r, int i) => r.IsDBNull(i) ? null : Time(r, i);

    public static string? Text(DbDataReader r, int i) => r.IsDBNull(i) ? null : r.GetString(i);

    public static QueueSettings Settings(DbDataReader r, int first) => new()
    {
        MaxRunning = r.IsDBNull(first) ? null : r.GetInt32(first),
        RatePerSecond = r.IsDBNull(first + 1) ? null : r.GetDouble(first + 1),
        Paused = r.GetInt32(first + 2) != 0,
    };

    public static ExecutorRow Executor(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), JsonSerializer.Deserialize(r.GetString(2), StoredJson.Of<Capability>())!, Time(r, 3), Time(r, 4));

    /// <summary>The columns that <see cref="Journal"/> reads, in its order.</summary>
    public const string JournalColumns = "sequence_number, message, manifest, identifier, writer_uuid, created";

    /// <summary>An event as it is stored. Whatever somebody put into the row, it is read: whether it makes sense is seen later.</summary>
    public static JournalRow Journal(DbDataReader r, int first) => new(
        r.GetInt64(first),
        r.GetFieldValue<byte[]>(first + 1),
        Text(r, first + 2) ?? "",
        r.IsDBNull(first + 3) ? 0 : r.GetInt32(first + 3),
        Text(r, first + 4) ?? "",
        r.GetInt64(first + 5));

    /// <summary>An event of the journal; null inside when it cannot be read.</summary>
    public static HistoryRow History(DbDataReader r)
    {
        var id = ProcessId.Parse(r.GetString(1)[2..]);
        var row = Journal(r, 2);
        return new HistoryRow(r.GetInt64(0), id, StoredEvent.Read(row.Message, row.Manifest, row.SerializerId, row.SequenceNr) as ProcessEvent);
    }

    /// <summary>The same, with the transaction behind the columns of <see cref="History"/>.</summary>
    public static HistoryRow Event(DbDataReader r) => History(r) with { Transaction = r.GetInt64(8) };

    /// <summary>Labels or attributes.</summary>
    public static ImmutableSortedDictionary<string, string>? Map(DbDataReader r, int i) =>
        r.IsDBNull(i) ? null : JsonSerializer.Deserialize(r.GetString(i), MessagesJson.Default.ImmutableSortedDictionaryStringString);
}
