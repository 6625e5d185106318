using System.Data.Common;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Schedules;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;

namespace Muster.Persistence.Sql;

/// <summary>The questions. Placeholders are ?1, ?2, ...; what the databases say differently stands in the dialect.</summary>
/// <param name="readers">Where they are asked.</param>
/// <param name="dialect">How this database says it.</param>
/// <param name="clock">The time of the store.</param>
internal sealed class SqlReadModel(ISqlReaders readers, SqlDialect dialect, TimeProvider clock) : IReadModel
{
    /// <summary>A child whose start time is farther off than this need not look at its parents yet; the clock wakes nearer ones in time.</summary>
    private static readonly TimeSpan SoonEnough = TimeSpan.FromMinutes(1);

    public Task<ProcessRow?> FindAsync(ProcessId id, CancellationToken cancel = default) => FirstAsync(
        $"SELECT {SqlRows.ProcessColumns} FROM process p WHERE p.namespace = ?1 AND p.id = ?2", SqlRows.Process, cancel, id.Namespace, id.Id);

    public async Task<ProcessSpec?> SpecAsync(ProcessId id, CancellationToken cancel = default) =>
        await EventAsync(id, 1, cancel).ConfigureAwait(false) is ProcessEvent.Submitted e ? e.Spec : null;

    public async Task<JsonElement?> ResultAsync(ProcessId id, CancellationToken cancel = default)
    {
        var row = await FindAsync(id, cancel).ConfigureAwait(false);
        return row?.ResultNr is { } nr ? ResultOf(await EventAsync(id, nr, cancel).ConfigureAwait(false)) : null;
    }

    public async Task<JsonElement?> CheckpointAsync(ProcessId id, CancellationToken cancel = default)
    {
        var text = await readers.RunAsync(s => (string?)s.Scalar("SELECT checkpoint FROM process WHERE namespace = ?1 AND id = ?2", id.Namespace, id.Id), cancel).ConfigureAwait(false);
        return text is null ? null : JsonElement.Parse(text);
    }

    public Task<IReadOnlyList<ProcessRow>> ListAsync(ProcessFilter filter, long? before, int limit, CancellationToken cancel = default)
    {
        var (sql, values) = SqlLists.Page(filter, before, limit);
        return ListAsync(sql, SqlRows.Process, cancel, values);
    }

    public Task<IReadOnlyList<ProcessRow>> ListAsync(ProcessFilter filter, ProcessOrder order, int limit, CancellationToken cancel = default)
    {
        var (sql, values) = SqlLists.First(filter, order, limit);
        return ListAsync(sql, SqlRows.Process, cancel, values);
    }

    public Task<IReadOnlyList<ProcessDetail>> DetailsAsync(IReadOnlyList<ProcessRow> rows, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count == 0 ? Task.FromResult<IReadOnlyList<ProcessDetail>>([]) : readers.RunAsync(s => SqlDetails.Read(s, dialect, rows), cancel);
    }

    public async Task<long> CountAsync(ProcessFilter filter, CancellationToken cancel = default)
    {
        var (sql, values) = SqlLists.Count(filter);
        return (long)(await readers.RunAsync(s => s.Scalar(sql, values), cancel).ConfigureAwait(false))!;
    }

    public Task<IReadOnlyList<CountRow>> CountsAsync(string? nameSpace, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, queue, status, sum(n) FROM process_count WHERE CAST(?1 AS text) IS NULL OR namespace = ?1 GROUP BY namespace, queue, status HAVING sum(n) <> 0",
        r => new CountRow(r.GetString(0), r.GetString(1), (ProcessStatus)r.GetInt32(2), r.GetInt64(3)), cancel, nameSpace);

    public Task<IReadOnlyList<HistoryRow>> HistoryAsync(ProcessId id, CancellationToken cancel = default) => ListAsync(
        $"SELECT ordering, persistence_id, {SqlRows.JournalColumns} FROM journal WHERE persistence_id = ?1 AND deleted = FALSE ORDER BY sequence_number",
        SqlRows.History, cancel, PersistenceIds.Of(id));

    public Task<IReadOnlyList<HistoryRow>> EventsAsync(long after, int limit, CancellationToken cancel = default) => ListAsync(
        // Joined to nothing, the name keeps the planner from walking the index of the names and sorting it.
        $"""
        SELECT ordering, persistence_id, {SqlRows.JournalColumns}, {dialect.Transaction} FROM journal
        WHERE {dialect.AfterPlace} AND persistence_id || '' >= 'p/' AND persistence_id || '' < 'p0' AND deleted = FALSE ORDER BY {dialect.ByPlace} LIMIT ?2
        """,
        SqlRows.Event, cancel, after, limit);

    public Task<EventPlace> PlaceAsync(long offset, CancellationToken cancel = default) => readers.RunAsync(
        s => new EventPlace((long)(s.Scalar($"SELECT {dialect.Transaction} FROM journal WHERE ordering <= ?1 ORDER BY ordering DESC LIMIT 1", offset) ?? 0L), offset), cancel);

    public Task<(long First, long Last)> EventRangeAsync(CancellationToken cancel = default) => readers.RunAsync(
        s => s.Query($"SELECT coalesce((SELECT CAST(value AS BIGINT) FROM metadata WHERE key = 'removed_to'), 0), coalesce(({dialect.LastPlace}), 0)",
            r => (1 + r.GetInt64(0), Math.Max(r.GetInt64(0), r.GetInt64(1))))[0], cancel);

    public Task<IReadOnlyList<LogRow>> LogsAsync(ProcessId id, int attempt, long sequence, int limit, CancellationToken cancel = default) => ListAsync(
        """
        SELECT attempt, sequence, at, stream, text FROM log
        WHERE namespace = ?1 AND process = ?2 AND (attempt, sequence) > (?3, ?4) ORDER BY attempt, sequence LIMIT ?5
        """,
        r => new LogRow(r.GetInt32(0), new LogLine(r.GetInt64(1), SqlRows.Time(r, 2), r.GetString(3), r.GetString(4))), cancel,
        id.Namespace, id.Id, attempt, sequence, limit);

    public async Task<IReadOnlyList<MessageRow>> MessagesAsync(MessageFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (sql, values) = SqlMessages.Lines(filter, dialect);
        var rows = await ListAsync(sql, SqlMessages.Row, cancel, values).ConfigureAwait(false);
        return filter.Last ? [.. rows.Reverse()] : rows;
    }

    // A skip scan: one index seek for each lane, however many processes wait.
    public Task<IReadOnlyList<string>> LanesAsync(QueueId queue, CancellationToken cancel = default) => ListAsync(
        """
        WITH RECURSIVE lanes(lane) AS (
          SELECT (SELECT min(lane) FROM process WHERE status = 2 AND namespace = ?1 AND queue = ?2)
          UNION ALL
          SELECT (SELECT min(lane) FROM process WHERE status = 2 AND namespace = ?1 AND queue = ?2 AND lane > lanes.lane)
          FROM lanes WHERE lanes.lane IS NOT NULL
        )
        SELECT lane FROM lanes WHERE lane IS NOT NULL
        """,
        r => r.GetString(0), cancel, queue.Namespace, queue.Name);

    public Task<IReadOnlyList<WaitingRow>> WaitingAsync(QueueId queue, string lane, int limit, CancellationToken cancel = default) => ListAsync(
        """
        SELECT namespace, id, lane, priority, waiting_since, seq FROM process
        WHERE status = 2 AND namespace = ?1 AND queue = ?2 AND lane = ?3 AND damaged IS NULL
        ORDER BY priority DESC, waiting_since, seq LIMIT ?4
        """,
        Waiting, cancel, queue.Namespace, queue.Name, lane, limit);

    public Task<WaitingRow?> LastWaitingAsync(QueueId queue, string lane, CancellationToken cancel = default) => FirstAsync(
        """
        SELECT namespace, id, lane, priority, waiting_since, seq FROM process
        WHERE status = 2 AND namespace = ?1 AND queue = ?2 AND lane = ?3 AND damaged IS NULL
        ORDER BY priority, waiting_since DESC, seq DESC LIMIT 1
        """,
        Waiting, cancel, queue.Namespace, queue.Name, lane);

    public Task<IReadOnlyList<SlotRow>> SlotsAsync(QueueId queue, CancellationToken cancel = default) => ListAsync(
        "SELECT key, slot, process, attempt FROM slot WHERE namespace = ?1 AND queue = ?2",
        r => new SlotRow(r.GetString(0), r.GetInt32(1), new ProcessId(queue.Namespace, r.GetString(2)), r.GetInt32(3)), cancel, queue.Namespace, queue.Name);

    public Task<int> RunningWithoutPlaceAsync(QueueId queue, CancellationToken cancel = default) => readers.RunAsync(
        s => (int)(long)s.Scalar(
            """
            SELECT count(*) FROM process
            WHERE status = 3 AND namespace = ?1 AND queue = ?2
              AND id NOT IN (SELECT process FROM slot WHERE namespace = ?1 AND queue = ?2 AND key = '')
            """, queue.Namespace, queue.Name)!, cancel);

    public Task<IReadOnlyList<RelatedRow>> OlderWithKeyAsync(
        ProcessId process, QueueId queue, string key, int limit, CancellationToken cancel = default) => ListAsync(
        $"""
        SELECT id, status, cause FROM process {dialect.ByIndex("process_key")}
        WHERE namespace = ?1 AND queue = ?2 AND concurrency = ?3 AND status < 4 AND (status > 1 OR attempt > 0)
          AND seq < (SELECT seq FROM process WHERE namespace = ?1 AND id = ?4) ORDER BY seq LIMIT ?5
        """,
        SqlRows.Related, cancel, queue.Namespace, queue.Name, key, process.Id, limit);

    public Task<IReadOnlyList<DueRow>> DueAsync(DateTimeOffset before, int limit, CancellationToken cancel = default) => ListAsync(
        """
        SELECT * FROM (SELECT namespace, id, shard, next_deadline, 0 FROM process WHERE next_deadline < ?1 AND damaged IS NULL ORDER BY next_deadline LIMIT ?2) p
        UNION ALL SELECT * FROM (SELECT namespace, id, shard, wake_at, 1 FROM schedule WHERE wake_at < ?1 ORDER BY wake_at LIMIT ?2) s
        UNION ALL SELECT * FROM (SELECT namespace, id, shard, wake_at, 2 FROM generator WHERE wake_at < ?1 ORDER BY wake_at LIMIT ?2) g
        """,
        r => new DueRow(SqlRows.Id(r, 0), r.GetInt32(2), SqlRows.Time(r, 3), (DueKind)r.GetInt32(4)), cancel, SqlTimes.Down(before), limit);

    public Task<IReadOnlyList<RelatedRow>> StatusesAsync(string nameSpace, IReadOnlyCollection<string> ids, CancellationToken cancel = default) => ListAsync(
        $"SELECT id, status, cause FROM process WHERE namespace = ?1 AND id IN (SELECT value FROM {dialect.Each("?2")})",
        SqlRows.Related, cancel, nameSpace, JsonSerializer.Serialize(ids.ToArray(), ReadModelJson.Default.StringArray));

    public Task<IReadOnlyList<RelatedRow>> ParentsAsync(ProcessId child, CancellationToken cancel = default) => ListAsync(
        """
        SELECT p.id, p.status, p.cause FROM process_link l JOIN process p ON p.namespace = l.namespace AND p.id = l.parent
        WHERE l.namespace = ?1 AND l.child = ?2
        """,
        SqlRows.Related, cancel, child.Namespace, child.Id);

    public Task<IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)>> ChildrenOfAsync(
        IReadOnlyCollection<ProcessId> parents, CancellationToken cancel = default) => ListAsync(
        $"""
        SELECT l.namespace, l.parent, l.child, c.status
        FROM {dialect.Each("?1")} j
        JOIN process_link l ON l.namespace = substr(j.value, 1, {dialect.Slash("j.value")} - 1) AND l.parent = substr(j.value, {dialect.Slash("j.value")} + 1)
        JOIN process c ON c.namespace = l.namespace AND c.id = l.child
        """,
        r => (SqlRows.Id(r, 0), new ProcessId(r.GetString(0), r.GetString(2)), (ProcessStatus)r.GetInt32(3)), cancel,
        JsonSerializer.Serialize(parents.Select(p => p.ToString()).ToArray(), ReadModelJson.Default.StringArray));

    public Task<IReadOnlyList<(ProcessId Parent, ProcessId Child, ProcessStatus Status)>> EndedByRetriedParentsAsync(int limit, CancellationToken cancel = default) => ListAsync(
        $"""
        SELECT c.namespace, p.id, c.id, c.status
        FROM process c {dialect.ByIndex("process_cause")} {dialect.ThenJoin} process p ON p.namespace = c.namespace AND p.id = c.cause
        WHERE c.cause IS NOT NULL AND +p.status < 5 LIMIT ?1
        """,
        r => (SqlRows.Id(r, 0), new ProcessId(r.GetString(0), r.GetString(2)), (ProcessStatus)r.GetInt32(3)), cancel, limit);

    // The plus keeps the planner from walking all unfinished processes for each child, instead of the child's few parents.
    // A child that had an attempt is blocked for a retry, not for its parents: they were done before its first.
    public Task<IReadOnlyList<ProcessId>> UnheldAsync(int limit, CancellationToken cancel = default) => ListAsync(
        """
        SELECT c.namespace, c.id FROM process c
        WHERE c.status = 1 AND c.has_parents = 1 AND c.attempt = 0 AND (
          ((c.not_before IS NULL OR c.not_before < ?2) AND NOT EXISTS (
            SELECT 1 FROM process_link l JOIN process p ON p.namespace = l.namespace AND p.id = l.parent
            WHERE l.namespace = c.namespace AND l.child = c.id AND +p.status < 4))
          OR EXISTS (
            SELECT 1 FROM process_link l JOIN process p ON p.namespace = l.namespace AND p.id = l.parent
            WHERE l.namespace = c.namespace AND l.child = c.id AND +p.status IN (5, 6)))
        ORDER BY c.seq LIMIT ?1
        """,
        r => SqlRows.Id(r, 0), cancel, limit, SqlTimes.Down(clock.GetUtcNow() + SoonEnough));

    public Task<IReadOnlyList<RunningRow>> RunningOfExecutorAsync(string nameSpace, string executor, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, id, attempt, executor, demand FROM process WHERE status = 3 AND namespace = ?1 AND executor = ?2",
        SqlRows.Running, cancel, nameSpace, executor);

    public Task<IReadOnlyList<RunningRow>> RunningOfDemandAsync(string demand, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, id, attempt, executor, demand FROM process WHERE status = 3 AND demand = ?1", SqlRows.Running, cancel, demand);

    public Task<WorkflowRow?> WorkflowAsync(WorkflowId id, CancellationToken cancel = default) => FirstAsync(
        $"SELECT {SqlWorkflows.Columns} FROM workflow w WHERE w.namespace = ?1 AND w.id = ?2", SqlRows.Workflow, cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<WorkflowRow>> WorkflowsAsync(
        string nameSpace, IReadOnlyCollection<WorkflowStatus> statuses, long? before, int limit, CancellationToken cancel = default)
    {
        var (sql, values) = SqlWorkflows.Page(nameSpace, statuses, before, limit);
        return ListAsync(sql, SqlRows.Workflow, cancel, values);
    }

    public Task<IReadOnlyList<WorkflowCountRow>> WorkflowCountsAsync(string nameSpace, IReadOnlyCollection<string> ids, CancellationToken cancel = default) => ListAsync(
        $"SELECT workflow, status, count(*) FROM process WHERE namespace = ?1 AND workflow {dialect.Among("?2")} GROUP BY workflow, status",
        r => new WorkflowCountRow(r.GetString(0), (ProcessStatus)r.GetInt32(1), r.GetInt64(2)), cancel, nameSpace, dialect.List(ids));

    public Task<IReadOnlyList<(WorkflowStatus Status, long Count)>> WorkflowTotalsAsync(string nameSpace, CancellationToken cancel = default) => ListAsync(
        "SELECT status, count(*) FROM workflow WHERE namespace = ?1 GROUP BY status", r => ((WorkflowStatus)r.GetInt32(0), r.GetInt64(1)), cancel, nameSpace);

    public Task<IReadOnlyList<RelatedRow>> WorkflowProcessesAsync(WorkflowId id, CancellationToken cancel = default) => ListAsync(
        "SELECT id, status, cause FROM process WHERE namespace = ?1 AND workflow = ?2", SqlRows.Related, cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<(string Parent, string Child)>> WorkflowEdgesAsync(WorkflowId id, CancellationToken cancel = default) => ListAsync(
        $"""
        SELECT l.parent, l.child FROM process c {dialect.ThenJoin} process_link l ON l.namespace = c.namespace AND l.child = c.id
        WHERE c.namespace = ?1 AND c.workflow = ?2
        """,
        r => (r.GetString(0), r.GetString(1)), cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<WorkflowId>> WorkflowsToLookAtAsync(int limit, CancellationToken cancel = default) =>
        ListAsync(SqlWorkflows.ToLookAt(dialect), r => new WorkflowId(r.GetString(0), r.GetString(1)), cancel, limit);

    public Task<QueueSettings?> QueueSettingsAsync(QueueId queue, CancellationToken cancel = default) => FirstAsync(
        "SELECT max_running, rate_per_second, paused FROM queue WHERE namespace = ?1 AND name = ?2", r => SqlRows.Settings(r, 0), cancel, queue.Namespace, queue.Name);

    public Task<IReadOnlyList<(QueueId Queue, QueueSettings Settings)>> QueuesAsync(string? nameSpace, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, name, max_running, rate_per_second, paused FROM queue WHERE CAST(?1 AS text) IS NULL OR namespace = ?1 ORDER BY namespace, name",
        r => (new QueueId(r.GetString(0), r.GetString(1)), SqlRows.Settings(r, 2)), cancel, nameSpace);

    public async Task<bool> QueueExistsAsync(QueueId queue, CancellationToken cancel = default) => await readers.RunAsync(
        s => s.Scalar(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM queue WHERE namespace = ?1 AND name = ?2)
                        OR EXISTS (SELECT 1 FROM process_count WHERE namespace = ?1 AND queue = ?2)
            """, queue.Namespace, queue.Name), cancel).ConfigureAwait(false) is not null;

    public Task<ExecutorRow?> ExecutorAsync(string nameSpace, string id, CancellationToken cancel = default) => FirstAsync(
        "SELECT namespace, id, capability, registered_at, last_seen FROM executor WHERE namespace = ?1 AND id = ?2", SqlRows.Executor, cancel, nameSpace, id);

    public Task<IReadOnlyList<ExecutorRow>> ExecutorsAsync(string nameSpace, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, id, capability, registered_at, last_seen FROM executor WHERE namespace = ?1 ORDER BY id", SqlRows.Executor, cancel, nameSpace);

    public Task<ScheduleRow?> ScheduleAsync(ScheduleId id, CancellationToken cancel = default) => FirstAsync(
        $"SELECT {SqlSchedules.Columns} FROM schedule WHERE namespace = ?1 AND id = ?2", SqlSchedules.Row, cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<ScheduleRow>> SchedulesAsync(string nameSpace, string? after, int limit, CancellationToken cancel = default) => ListAsync(
        $"SELECT {SqlSchedules.Columns} FROM schedule WHERE namespace = ?1 AND id > ?2 ORDER BY id LIMIT ?3", SqlSchedules.Row, cancel, nameSpace, after ?? "", limit);

    public Task<GeneratorRow?> GeneratorAsync(GeneratorId id, CancellationToken cancel = default) => FirstAsync(
        $"SELECT {SqlGenerators.Columns} FROM generator WHERE namespace = ?1 AND id = ?2", SqlGenerators.Row, cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<GeneratorRow>> GeneratorsAsync(string nameSpace, string? after, int limit, CancellationToken cancel = default) => ListAsync(
        $"SELECT {SqlGenerators.Columns} FROM generator WHERE namespace = ?1 AND id > ?2 ORDER BY id LIMIT ?3", SqlGenerators.Row, cancel, nameSpace, after ?? "", limit);

    public Task<DeploymentRow?> DeploymentAsync(DeploymentId id, CancellationToken cancel = default) => FirstAsync(
        $"{SqlDeployments.Select} WHERE d.namespace = ?1 AND d.id = ?2", SqlDeployments.Row, cancel, id.Namespace, id.Id);

    public Task<IReadOnlyList<DeploymentRow>> DeploymentsAsync(string? nameSpace, string? after, int limit, CancellationToken cancel = default) => nameSpace is null
        ? ListAsync($"{SqlDeployments.Select} ORDER BY d.namespace, d.id", SqlDeployments.Row, cancel)
        : ListAsync($"{SqlDeployments.Select} WHERE d.namespace = ?1 AND d.id > ?2 ORDER BY d.id LIMIT ?3", SqlDeployments.Row, cancel, nameSpace, after ?? "", limit);

    public async Task<IReadOnlyList<DeploymentRow>> DeploymentsAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancel = default)
    {
        var rows = new List<DeploymentRow>(ids.Count);
        foreach (var group in ids.GroupBy(i => i.Namespace, StringComparer.Ordinal))
        {
            rows.AddRange(await ListAsync(
                $"{SqlDeployments.Select} WHERE d.namespace = ?1 AND d.id {dialect.Among("?2")}", SqlDeployments.Row, cancel, group.Key, dialect.List([.. group.Select(i => i.Id)])).ConfigureAwait(false));
        }

        return rows;
    }

    public Task<IReadOnlyList<DeploymentVersionRow>> DeploymentVersionsAsync(CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, id, version FROM deployment", r => new DeploymentVersionRow(new DeploymentId(r.GetString(0), r.GetString(1)), r.GetInt64(2)), cancel);

    public Task<IReadOnlyList<DeploymentRevisionRow>> DeploymentRevisionsAsync(DeploymentId id, long? before, int limit, CancellationToken cancel = default) => ListAsync(
        "SELECT revision, template, created_at, created_by FROM deployment_revision WHERE namespace = ?1 AND deployment = ?2 AND revision < ?3 ORDER BY revision DESC LIMIT ?4",
        SqlDeployments.Revision, cancel, id.Namespace, id.Id, before ?? long.MaxValue, limit);

    public Task<DeploymentRevisionRow?> DeploymentRevisionAsync(DeploymentId id, long revision, CancellationToken cancel = default) => FirstAsync(
        "SELECT revision, template, created_at, created_by FROM deployment_revision WHERE namespace = ?1 AND deployment = ?2 AND revision = ?3",
        SqlDeployments.Revision, cancel, id.Namespace, id.Id, revision);

    public Task<IReadOnlyList<InstanceRow>> InstancesAsync(DeploymentId? id, CancellationToken cancel = default) => id is { } one
        ? ListAsync("SELECT namespace, deployment, body, updated_at FROM deployment_instance WHERE namespace = ?1 AND deployment = ?2 ORDER BY id", SqlDeployments.Instance, cancel, one.Namespace, one.Id)
        : ListAsync("SELECT namespace, deployment, body, updated_at FROM deployment_instance ORDER BY namespace, deployment, id", SqlDeployments.Instance, cancel);

    public Task<IReadOnlyList<DecisionRow>> DecisionsAsync(DeploymentId id, long? before, int limit, CancellationToken cancel = default) => ListAsync(
        """
        SELECT seq, created_at, namespace, deployment, kind, instance, node, revision, reason FROM deployment_decision
        WHERE namespace = ?1 AND deployment = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4
        """, SqlDeployments.Decision, cancel, id.Namespace, id.Id, before ?? long.MaxValue, limit);

    public Task<IReadOnlyList<FileRow>> FilesAsync(ProcessId process, CancellationToken cancel = default) => ListAsync(
        "SELECT file_id, name, size, sha256, media_type, created_at FROM file WHERE namespace = ?1 AND process = ?2 AND complete = 1 ORDER BY name",
        r => new FileRow(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetString(4), SqlRows.Time(r, 5)), cancel, process.Namespace, process.Id);

    public Task<byte[]?> FileChunkAsync(long fileId, int n, CancellationToken cancel = default) => FirstAsync(
        "SELECT bytes FROM file_chunk WHERE file_id = ?1 AND n = ?2", r => (byte[])r.GetValue(0), cancel, fileId, n);

    public Task<IReadOnlyList<WebhookRow>> WebhooksAsync(DateTimeOffset before, int limit, CancellationToken cancel = default) => ListAsync(
        "SELECT namespace, id, webhook_at FROM process WHERE webhook_at < ?1 ORDER BY webhook_at LIMIT ?2",
        r => new WebhookRow(SqlRows.Id(r, 0), SqlRows.Time(r, 2)), cancel, SqlTimes.Down(before), limit);

    private static WaitingRow Waiting(DbDataReader r) => new(SqlRows.Id(r, 0), r.GetString(2), r.GetInt32(3), SqlRows.Place(r, 4), r.GetInt64(5));

    private static JsonElement? ResultOf(ProcessEvent? e) => e switch
    {
        ProcessEvent.Succeeded x => x.Result,
        ProcessEvent.Failed x => x.Result,
        _ => null,
    };

    private async Task<ProcessEvent?> EventAsync(ProcessId id, long nr, CancellationToken cancel) =>
        (await FirstAsync(
            $"SELECT ordering, persistence_id, {SqlRows.JournalColumns} FROM journal WHERE persistence_id = ?1 AND sequence_number = ?2",
            SqlRows.History, cancel, PersistenceIds.Of(id), nr).ConfigureAwait(false))?.Event;

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] values) =>
        await readers.RunAsync(s => s.Query(sql, read, values), cancel).ConfigureAwait(false);

    private async Task<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel, params object?[] values)
        where T : class
    {
        var rows = await ListAsync(sql, read, cancel, values).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }
}
