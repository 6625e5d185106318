using System.Globalization;
using System.Text.Json;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>The statements for workflows.</summary>
internal static class SqlWorkflows
{
    /// <summary>The columns that <see cref="SqlRows.Workflow"/> reads, in its order.</summary>
    public const string Columns = """
        w.seq, w.namespace, w.id, w.status, w.name, w.on_failure, w.nodes, w.reason, w.labels, w.created_at, w.created_by, w.started_at, w.finished_at, w.updated_at
        """;

    /// <summary>Finds a process of a workflow: namespace, id.</summary>
    public const string HasProcesses = "SELECT 1 FROM process WHERE namespace = ?1 AND workflow = ?2 LIMIT 1";

    private const string Insert = """
        INSERT INTO workflow (namespace, id, status, name, on_failure, nodes, made, stopping, labels, created_at, created_by, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, ?9, ?8)
        """;

    private const string UpdateNodeAdded = "UPDATE workflow SET nodes = nodes + 1, made = 0, updated_at = ?3 WHERE namespace = ?1 AND id = ?2";

    private const string UpdateMade = "UPDATE workflow SET nodes = nodes - ?3, made = 1, updated_at = ?4 WHERE namespace = ?1 AND id = ?2";

    private const string UpdateStopping = "UPDATE workflow SET stopping = 1, reason = ?3, updated_at = ?4 WHERE namespace = ?1 AND id = ?2";

    // What began once has begun, also when all of it waits again.
    private const string UpdateStatus = """
        UPDATE workflow SET status = ?3, updated_at = ?4, finished_at = CASE WHEN ?5 = 1 THEN CAST(?4 AS BIGINT) END,
               started_at = CASE WHEN ?3 > 1 THEN coalesce(started_at, ?4) ELSE started_at END, stopping = CASE WHEN ?5 = 1 THEN 0 ELSE stopping END
        WHERE namespace = ?1 AND id = ?2
        """;

    /// <summary>What an event does to the row, inside the transaction that stores the event.</summary>
    /// <exception cref="InvalidOperationException">The workflow has no row any more.</exception>
    public static void Apply(ISqlSession session, WorkflowId id, WorkflowEvent e)
    {
        var now = SqlTimes.Down(e.At);
        var rows = e switch
        {
            WorkflowEvent.Submitted x => session.Execute(
                Insert, id.Namespace, id.Id, (int)WorkflowStatus.Waiting, x.Spec.Name, (int)x.Spec.OnFailure, x.Spec.Nodes.Length,
                x.Spec.Labels.IsEmpty ? null : JsonSerializer.Serialize(x.Spec.Labels, MessagesJson.Default.ImmutableSortedDictionaryStringString), now, e.By),
            WorkflowEvent.NodeAdded => session.Execute(UpdateNodeAdded, id.Namespace, id.Id, now),
            WorkflowEvent.Made x => session.Execute(UpdateMade, id.Namespace, id.Id, x.Missing.Length, now),
            WorkflowEvent.CancelRequested x => session.Execute(UpdateStopping, id.Namespace, id.Id, x.Reason, now),
            WorkflowEvent.StatusChanged x => session.Execute(UpdateStatus, id.Namespace, id.Id, (int)x.To, now, x.Finished ? 1 : 0),
            _ => 1,
        };
        if (rows == 0)
        {
            throw new InvalidOperationException($"there is no workflow {id}");
        }
    }

    /// <summary>A page of workflows, the newest first.</summary>
    public static (string Sql, object?[] Values) Page(string nameSpace, IReadOnlyCollection<WorkflowStatus> statuses, long? before, int limit)
    {
        // The index has the workflows of each state in order; a page is put together from the heads of the states that are asked for.
        var asked = statuses.Count > 0 ? statuses.Distinct().Order() : Enum.GetValues<WorkflowStatus>().Where(s => s != WorkflowStatus.None);
        var heads = asked.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT * FROM (SELECT {Columns} FROM workflow w WHERE w.status = {(int)s} AND w.namespace = ?1 AND w.seq < ?2 ORDER BY w.seq DESC LIMIT ?3) h"));
        return ($"{string.Join(" UNION ALL ", heads)} ORDER BY 1 DESC LIMIT ?3", [nameSpace, before ?? long.MaxValue, limit]);
    }

    /// <summary>Workflows whose row does not say what their processes say, and those that have something to do: how many at the most.</summary>
    public static string ToLookAt(SqlDialect dialect) => $"""
        SELECT s.namespace, s.id FROM (
          SELECT w.namespace, w.id, w.status, w.on_failure, w.made, w.stopping,
            EXISTS (SELECT 1 FROM process p WHERE p.namespace = w.namespace AND p.workflow = w.id AND p.status = 5) AS failed,
            EXISTS (SELECT 1 FROM process p WHERE p.namespace = w.namespace AND p.workflow = w.id AND p.status = 6) AS cancelled,
            EXISTS (SELECT 1 FROM process p WHERE p.namespace = w.namespace AND p.workflow = w.id AND p.status IN (3, 4)) AS begun,
            EXISTS (SELECT 1 FROM process p WHERE p.namespace = w.namespace AND p.workflow = w.id AND p.status IN (1, 2, 3)) AS unfinished
          FROM workflow w {dialect.ByIndex("workflow_open")} WHERE w.finished_at IS NULL) s
        WHERE s.made = 0 OR s.stopping = 1 OR NOT s.unfinished OR (s.failed AND s.on_failure > 0)
           OR s.status <> CASE WHEN s.failed THEN 4 WHEN s.cancelled THEN 5 WHEN s.begun THEN 2 ELSE 1 END
        UNION
        SELECT w.namespace, w.id
        FROM process p {dialect.ByIndex("process_node")} {dialect.ThenJoin} workflow w ON w.namespace = p.namespace AND w.id = p.workflow
        WHERE p.workflow IS NOT NULL AND p.status < 4 AND w.finished_at IS NOT NULL
        LIMIT ?1
        """;
}
