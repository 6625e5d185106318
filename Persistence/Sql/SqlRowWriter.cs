using System.Globalization;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>Writes that are not events, through the one writing connection.</summary>
internal sealed class SqlRowWriter(GroupCommit writer, Func<string> counter) : IRowWriter
{
    public Task TouchAsync(ProcessId id, DateTimeOffset? nextDeadline, JsonElement? checkpoint, double? progress, string? progressText)
    {
        var due = SqlTimes.Up(nextDeadline);
        var checkpointText = checkpoint?.GetRawText();
        return WriteAsync(PersistenceIds.Of(id), (checkpointText?.Length ?? 0) + 64, s => s.Execute(
            """
            UPDATE process SET next_deadline = ?3, checkpoint = coalesce(?4, checkpoint), progress = coalesce(?5, progress), progress_text = coalesce(?6, progress_text)
            WHERE namespace = ?1 AND id = ?2 AND finished_at IS NULL
            """, id.Namespace, id.Id, due, checkpointText, progress, progressText));
    }

    public Task MarkDamagedAsync(ProcessId id, string why) => WriteAsync(PersistenceIds.Of(id), 64, s => s.Execute(
        "UPDATE process SET damaged = ?3, next_deadline = NULL WHERE namespace = ?1 AND id = ?2", id.Namespace, id.Id, why));

    public Task<bool> AppendLogAsync(ProcessId id, int attempt, IReadOnlyList<LogLine> lines, string? executor = null) => writer.WriteLogAsync(StoreWork.Of(
        PersistenceIds.Of(id), lines.Sum(l => l.Text.Length + 64), s =>
        {
            foreach (var line in lines)
            {
                Append(s, id, attempt, line, executor);
            }
        }));

    public Task<bool> AppendLogAsync(string nameSpace, string executor, LogLine message) => writer.WriteLogAsync(StoreWork.Of(
        null, message.Text.Length + 64, s => Append(s, new ProcessId(nameSpace, ""), 0, message, executor)));

    public Task PutQueueAsync(QueueId queue, QueueSettings settings, DateTimeOffset now) => WriteAsync(null, 64, s => s.Execute(
        """
        INSERT INTO queue (namespace, name, max_running, rate_per_second, paused, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (namespace, name) DO UPDATE SET max_running = excluded.max_running, rate_per_second = excluded.rate_per_second,
          paused = excluded.paused, updated_at = excluded.updated_at
        """, queue.Namespace, queue.Name, settings.MaxRunning, settings.RatePerSecond, settings.Paused ? 1 : 0, SqlTimes.Down(now)));

    public Task NoteInstancesAsync(
        IReadOnlyCollection<SeenInstance> seen, IReadOnlyCollection<(DeploymentId Deployment, string Instance)> gone, IReadOnlyCollection<DeploymentDecision> decisions, DateTimeOffset now) =>
        WriteAsync(null, 512 * (seen.Count + gone.Count + decisions.Count), s => SqlDeployments.Note(s, seen, gone, decisions, SqlTimes.Down(now)));

    public Task TouchExecutorAsync(string nameSpace, string id, DateTimeOffset now) => WriteAsync(null, 64, s => s.Execute(
        "UPDATE executor SET last_seen = ?3 WHERE namespace = ?1 AND id = ?2", nameSpace, id, SqlTimes.Down(now)));

    public async Task<long> BeginFileAsync(ProcessId process, string name, string mediaType, DateTimeOffset now)
    {
        long fileId = 0;
        await WriteAsync(null, 64, s => fileId = (long)s.Scalar(
            "INSERT INTO file (namespace, process, name, size, sha256, media_type, created_at, complete) VALUES (?1, ?2, ?3, 0, '', ?4, ?5, 0) RETURNING file_id",
            process.Namespace, process.Id, name, mediaType, SqlTimes.Down(now))!).ConfigureAwait(false);
        return fileId;
    }

    public Task AppendFileAsync(long fileId, int n, ReadOnlyMemory<byte> bytes)
    {
        var copy = bytes.ToArray();
        return WriteAsync(null, copy.Length, s => Need(fileId, s.Execute(
            """
            INSERT INTO file_chunk (file_id, n, bytes)
            SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM file WHERE file_id = ?1 AND complete = 0)
            ON CONFLICT (file_id, n) DO UPDATE SET bytes = excluded.bytes
            """, fileId, n, copy)));
    }

    public Task CompleteFileAsync(long fileId, long size, string sha256) => WriteAsync(null, 64, s =>
    {
        foreach (var old in s.Query(
            """
            SELECT o.file_id FROM file o JOIN file n ON n.namespace = o.namespace AND n.process = o.process AND n.name = o.name
            WHERE n.file_id = ?1 AND o.complete = 1 AND o.file_id <> ?1
            """, r => r.GetInt64(0), fileId))
        {
            Drop(s, old);
        }

        Need(fileId, s.Execute("UPDATE file SET size = ?2, sha256 = ?3, complete = 1 WHERE file_id = ?1", fileId, size, sha256));
    });

    public Task DropFileAsync(long fileId) => WriteAsync(null, 64, s => Drop(s, fileId));

    public Task WebhookDoneAsync(ProcessId id, DateTimeOffset? again) => WriteAsync(PersistenceIds.Of(id), 64, s => s.Execute(
        "UPDATE process SET webhook_at = ?3 WHERE namespace = ?1 AND id = ?2 AND finished_at IS NOT NULL",
        id.Namespace, id.Id, SqlTimes.Up(again)));

    public async Task<int> RemoveFinishedAsync(DateTimeOffset before, int limit)
    {
        var removed = 0;
        await WriteAsync(null, 4096, s =>
        {
            removed = 0;
            var rows = s.Query(
                """
                SELECT seq, namespace, id, queue, status FROM process p
                WHERE finished_at < ?1 AND webhook_at IS NULL AND NOT EXISTS (
                  SELECT 1 FROM process_link l JOIN process c ON c.namespace = l.namespace AND c.id = l.child
                  WHERE l.namespace = p.namespace AND l.parent = p.id AND +c.status < 4)
                  AND NOT EXISTS (
                  SELECT 1 FROM workflow w WHERE w.namespace = p.namespace AND w.id = p.workflow AND (w.finished_at IS NULL OR w.finished_at >= ?1))
                ORDER BY finished_at LIMIT ?2
                """,
                r => (Seq: r.GetInt64(0), Id: SqlRows.Id(r, 1), Queue: r.GetString(3), Status: r.GetInt32(4)), SqlTimes.Down(before), limit);
            long removedTo = 0;
            foreach (var row in rows)
            {
                removedTo = Math.Max(removedTo, Remove(s, row.Seq, row.Id, row.Queue, row.Status));
                removed++;
            }

            RemovedTo(s, removedTo);

            // Uploads that nobody ended, for instance because their node was lost.
            foreach (var file in s.Query("SELECT file_id FROM file WHERE complete = 0 AND created_at < ?1 LIMIT ?2", r => r.GetInt64(0), SqlTimes.Down(before), limit))
            {
                Drop(s, file);
            }
        }).ConfigureAwait(false);
        return removed;
    }

    public async Task<int> RemoveMessagesAsync(string? nameSpace, DateTimeOffset before, int limit)
    {
        var removed = 0;
        await WriteAsync(null, 4096, s =>
        {
            var found = nameSpace is null
                ? s.Query("SELECT namespace, sequence FROM log WHERE process = '' AND at < ?1 ORDER BY at LIMIT ?2", Key, SqlTimes.Down(before), limit)
                : s.Query("SELECT namespace, sequence FROM log WHERE namespace = ?1 AND process = '' AND at < ?2 LIMIT ?3", Key, nameSpace, SqlTimes.Down(before), limit);
            foreach (var (space, sequence) in found)
            {
                s.Execute("DELETE FROM log WHERE namespace = ?1 AND process = '' AND attempt = 0 AND sequence = ?2", space, sequence);
            }

            removed = found.Count;
        }).ConfigureAwait(false);
        return removed;

        static (string Namespace, long Sequence) Key(System.Data.Common.DbDataReader r) => (r.GetString(0), r.GetInt64(1));
    }

    public async Task<int> RemoveAsync(string nameSpace, IReadOnlyCollection<string> ids)
    {
        var removed = 0;
        await WriteAsync(null, 64 * (1 + ids.Count), s =>
        {
            removed = 0;
            long removedTo = 0;
            foreach (var id in ids)
            {
                var found = s.Query(
                    """
                    SELECT seq, queue, status FROM process p
                    WHERE namespace = ?1 AND id = ?2 AND finished_at IS NOT NULL AND NOT EXISTS (
                      SELECT 1 FROM process_link l JOIN process c ON c.namespace = l.namespace AND c.id = l.child
                      WHERE l.namespace = p.namespace AND l.parent = p.id AND +c.status < 4)
                      AND NOT EXISTS (SELECT 1 FROM workflow w WHERE w.namespace = p.namespace AND w.id = p.workflow AND w.finished_at IS NULL)
                    """,
                    r => (Seq: r.GetInt64(0), Queue: r.GetString(1), Status: r.GetInt32(2)), nameSpace, id);
                foreach (var row in found)
                {
                    removedTo = Math.Max(removedTo, Remove(s, row.Seq, new ProcessId(nameSpace, id), row.Queue, row.Status));
                    removed++;
                }
            }

            RemovedTo(s, removedTo);
        }).ConfigureAwait(false);
        return removed;
    }

    private static void Append(ISqlSession s, ProcessId id, int attempt, LogLine line, string? executor) => s.Execute(
        "INSERT INTO log (namespace, process, attempt, sequence, at, stream, text, executor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        id.Namespace, id.Id, attempt, line.Sequence, SqlTimes.Down(line.At), line.Stream, line.Text, executor);

    // Who follows the transitions from before this place has missed some.
    private static void RemovedTo(ISqlSession s, long place)
    {
        if (place > 0)
        {
            s.Execute(
                """
                INSERT INTO metadata (key, value) VALUES ('removed_to', ?1)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(metadata.value AS BIGINT) < CAST(excluded.value AS BIGINT)
                """, place.ToString(CultureInfo.InvariantCulture));
        }
    }

    // Says the last place in the journal that it had.
    private long Remove(ISqlSession s, long seq, ProcessId id, string queue, int status)
    {
        foreach (var file in s.Query("SELECT file_id FROM file WHERE namespace = ?1 AND process = ?2", r => r.GetInt64(0), id.Namespace, id.Id))
        {
            Drop(s, file);
        }

        var place = s.Scalar("SELECT max(ordering) FROM journal WHERE persistence_id = ?1", PersistenceIds.Of(id)) as long? ?? 0;
        var workflow = s.Scalar("SELECT workflow FROM process WHERE seq = ?1", seq) as string;
        RemoveHistory(s, PersistenceIds.Of(id));
        s.Execute("DELETE FROM log WHERE namespace = ?1 AND process = ?2", id.Namespace, id.Id);
        s.Execute("DELETE FROM process_link WHERE namespace = ?1 AND child = ?2", id.Namespace, id.Id);
        s.Execute("DELETE FROM process_link WHERE namespace = ?1 AND parent = ?2", id.Namespace, id.Id);
        foreach (var (key, value) in s.Query("SELECT labels FROM process WHERE seq = ?1 AND labels IS NOT NULL", r => SqlRows.Map(r, 0)!, seq).SelectMany(labels => labels))
        {
            s.Execute("DELETE FROM process_label WHERE namespace = ?1 AND key = ?2 AND value = ?3 AND seq = ?4", id.Namespace, key, value, seq);
        }

        s.Execute("DELETE FROM process WHERE seq = ?1", seq);
        s.Execute(
            """
            INSERT INTO process_count (node, namespace, queue, status, n) VALUES (?1, ?2, ?3, ?4, -1)
            ON CONFLICT (namespace, queue, status, node) DO UPDATE SET n = process_count.n - 1
            """, counter(), id.Namespace, queue, status);
        if (workflow is not null)
        {
            RemoveEmpty(s, new WorkflowId(id.Namespace, workflow));
        }

        return place;
    }

    // A workflow is kept for as long as one of its processes.
    private static void RemoveEmpty(ISqlSession s, WorkflowId id)
    {
        if (s.Scalar(SqlWorkflows.HasProcesses, id.Namespace, id.Id) is null)
        {
            s.Execute("DELETE FROM workflow WHERE namespace = ?1 AND id = ?2", id.Namespace, id.Id);
            RemoveHistory(s, PersistenceIds.Of(id));
        }
    }

    private static void RemoveHistory(ISqlSession s, string persistenceId)
    {
        s.Execute("DELETE FROM tags WHERE ordering_id IN (SELECT ordering FROM journal WHERE persistence_id = ?1)", persistenceId);
        s.Execute("DELETE FROM journal WHERE persistence_id = ?1", persistenceId);
        s.Execute("DELETE FROM snapshot WHERE persistence_id = ?1", persistenceId);
    }

    // A process that retention took takes its unfinished uploads with it.
    private static void Need(long fileId, int rows)
    {
        if (rows == 0)
        {
            throw new InvalidOperationException($"there is no unfinished file {fileId}");
        }
    }

    private static void Drop(ISqlSession s, long fileId)
    {
        s.Execute("DELETE FROM file_chunk WHERE file_id = ?1", fileId);
        s.Execute("DELETE FROM file WHERE file_id = ?1", fileId);
    }

    private async Task WriteAsync(string? persistenceId, int size, Action<ISqlSession> statements)
    {
        if (await writer.WriteAsync(StoreWork.Of(persistenceId, size, statements)).ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }
    }
}
