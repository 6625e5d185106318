using System.Runtime.InteropServices;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Sqlite;

/// <summary>What an event does to the tables, inside the transaction that stores the event.</summary>
internal sealed class SqliteProjection(SqliteSession session, StoreOptions options)
{
    private const string InsertProcess = """
        INSERT INTO process (namespace, id, status, queue, lane, shard, priority, waiting_since, next_deadline, name, func, runtime,
                             has_parents, labels, webhook, created_at, created_by, updated_at, not_before, concurrency, workflow)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?16, ?18, ?19, ?20)
        """;

    private const string UpdateStatus = """
        UPDATE process SET status = ?3, waiting_since = ?4, next_deadline = ?5, updated_at = ?6
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateAssigned = """
        UPDATE process SET status = ?3, waiting_since = NULL, next_deadline = ?4, updated_at = ?5, started_at = ?5,
               attempt = ?6, executor = ?7, demand = ?8, lease_until = ?9, progress = NULL, progress_text = NULL
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateAttemptEnded = """
        UPDATE process SET status = ?3, waiting_since = ?4, next_deadline = ?5, updated_at = ?6,
               counted = counted + ?7, reason = ?8, demand = NULL, lease_until = NULL
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateSucceeded = """
        UPDATE process SET status = ?3, next_deadline = NULL, updated_at = ?4, finished_at = ?4, result_nr = ?5, reason = NULL,
               demand = NULL, lease_until = NULL, checkpoint = NULL, webhook_at = CASE WHEN webhook = 1 THEN ?4 END
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateEnded = """
        UPDATE process SET status = ?3, waiting_since = NULL, next_deadline = NULL, updated_at = ?4, finished_at = ?4, reason = ?5, cause = ?6, failure = ?7, result_nr = ?8,
               webhook_at = CASE WHEN webhook = 1 THEN ?4 END
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateReopened = """
        UPDATE process SET status = ?3, waiting_since = ?4, next_deadline = ?5, updated_at = ?6, finished_at = NULL, result_nr = NULL,
               counted = 0, reason = ?7, cause = NULL, failure = NULL, webhook_at = NULL
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateAttributes = """
        UPDATE process SET attributes = json_patch(coalesce(attributes, '{}'), ?3), updated_at = ?4
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdateTime = """
        UPDATE process SET updated_at = ?3
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string UpdatePriority = """
        UPDATE process SET priority = ?3, updated_at = ?4
        WHERE namespace = ?1 AND id = ?2
        """;

    private const string AddCount = """
        INSERT INTO process_count (node, namespace, queue, status, n) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (namespace, queue, status, node) DO UPDATE SET n = n + excluded.n
        """;

    private readonly Dictionary<(string Namespace, string Queue, ProcessStatus Status), int> _counts = [];

    public void Begin() => _counts.Clear();

    public Dictionary<(string, string, ProcessStatus), int> Mark() => new(_counts);

    public void Reset(Dictionary<(string, string, ProcessStatus), int> mark)
    {
        _counts.Clear();
        foreach (var (key, n) in mark)
        {
            _counts.Add(key, n);
        }
    }

    public void FlushCounts()
    {
        foreach (var ((nameSpace, queue, status), n) in _counts)
        {
            if (n != 0)
            {
                session.Execute(AddCount, options.Node, nameSpace, queue, (int)status, n);
            }
        }
    }

    /// <summary>Takes the places that an assignment claims; on a conflict takes none and says which.</summary>
    public SlotTakenException? TakeSlots(JournalAppend append)
    {
        List<(string Queue, SlotClaim Slot)>? mine = null;
        foreach (var e in append.Events)
        {
            if (e is not ProcessEvent.Assigned { Slots.IsEmpty: false } assigned)
            {
                continue;
            }

            var id = PersistenceIds.Process(append.PersistenceId)!.Value;
            foreach (var slot in assigned.Slots)
            {
                var inserted = session.Execute(
                    "INSERT OR IGNORE INTO slot (namespace, queue, key, slot, process, attempt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    id.Namespace, assigned.Queue, slot.Key, slot.Slot, id.Id, assigned.Attempt);
                if (inserted == 0)
                {
                    foreach (var (queue, taken) in mine ?? [])
                    {
                        FreeSlots(id, queue, [taken]);
                    }

                    return new SlotTakenException(slot.Key, slot.Slot);
                }

                (mine ??= []).Add((assigned.Queue, slot));
            }
        }

        return null;
    }

    public void Apply(string persistenceId, long sequenceNr, object message)
    {
        switch (message)
        {
            case ProcessEvent e:
                Apply(PersistenceIds.Process(persistenceId)!.Value, sequenceNr, e);
                break;
            case ExecutorEvent e:
                Apply(PersistenceIds.Executor(persistenceId)!.Value, e);
                break;
            case WorkflowEvent e:
                SqlWorkflows.Apply(session, PersistenceIds.Workflow(persistenceId)!.Value, e);
                break;
            case ScheduleEvent e:
                SqlSchedules.Apply(session, PersistenceIds.Schedule(persistenceId)!.Value, e, options.Shards);
                break;
            case DeploymentEvent e:
                SqlDeployments.Apply(session, PersistenceIds.Deployment(persistenceId)!.Value, e);
                break;
            case GeneratorEvent e:
                SqlGenerators.Apply(session, PersistenceIds.Generator(persistenceId)!.Value, e, options.Shards);
                break;
        }
    }

    private void Apply(ProcessId id, long sequenceNr, ProcessEvent e)
    {
        var now = Ms(e.At);
        var due = MsUp(e.NextDeadline);
        var waiting = e.To == ProcessStatus.Waiting ? SqlTimes.Ticks(e.Place ?? e.At) : (object?)null;
        switch (e)
        {
            case ProcessEvent.Submitted x:
                Insert(id, x);
                break;
            case ProcessEvent.Unblocked:
                Update(UpdateStatus, id.Namespace, id.Id, (int)e.To, waiting, due, now);
                break;
            case ProcessEvent.Assigned x:
                Update(UpdateAssigned, id.Namespace, id.Id, (int)e.To, due, now, x.Attempt, x.Executor, x.Demand, MsUp(x.LeaseUntil));
                break;
            case ProcessEvent.AttemptEnded x:
                Update(UpdateAttemptEnded, id.Namespace, id.Id, (int)e.To, waiting, due, now, x.Counted ? 1 : 0, x.Error);
                FreeSlots(id, x.Queue, x.Slots.AsSpan());
                break;
            case ProcessEvent.Succeeded x:
                Update(UpdateSucceeded, id.Namespace, id.Id, (int)e.To, now, x.Result is null ? null : sequenceNr);
                FreeSlots(id, x.Queue, x.Slots.AsSpan());
                break;
            case ProcessEvent.Failed x:
                Update(UpdateEnded, id.Namespace, id.Id, (int)e.To, now, x.Reason, x.Parent, (int)x.Kind, x.Result is null ? null : sequenceNr);
                break;
            case ProcessEvent.Cancelled x:
                Update(UpdateEnded, id.Namespace, id.Id, (int)e.To, now, x.Reason, x.Parent, null, null);
                break;
            case ProcessEvent.Reopened x:
                Update(UpdateReopened, id.Namespace, id.Id, (int)e.To, waiting, due, now, x.Reason);
                break;
            case ProcessEvent.AttributesSet x:
                Update(UpdateAttributes, id.Namespace, id.Id, JsonSerializer.Serialize(x.Attributes, MessagesJson.Default.ImmutableSortedDictionaryStringString), now);
                break;
            case ProcessEvent.ParentAdded x:
                Update(UpdateTime, id.Namespace, id.Id, now);
                session.Execute("INSERT OR IGNORE INTO process_link (namespace, child, parent) VALUES (?1, ?2, ?3)", id.Namespace, id.Id, x.Parent);
                break;
            case ProcessEvent.PriorityChanged x:
                Update(UpdatePriority, id.Namespace, id.Id, x.Priority, now);
                break;
        }

        if (e.From != e.To)
        {
            Count(id.Namespace, e.Queue, e.To, 1);
            if (e.From != ProcessStatus.None)
            {
                Count(id.Namespace, e.Queue, e.From, -1);
            }
        }
    }

    private void Update(string sql, params ReadOnlySpan<object?> values)
    {
        // Retention may have taken the row: then there is nothing that the event could be an event of.
        if (session.Execute(sql, values) == 0)
        {
            throw new InvalidOperationException($"there is no process {values[0]}/{values[1]}");
        }
    }

    private void Insert(ProcessId id, ProcessEvent.Submitted e)
    {
        var spec = e.Spec;
        var now = Ms(e.At);
        session.Execute(
            InsertProcess, id.Namespace, id.Id, (int)e.To, spec.Queue, e.Lane, Shards.Of(id.ToString(), options.Shards), spec.Priority,
            e.To == ProcessStatus.Waiting ? SqlTimes.Ticks(e.Place ?? e.At) : null, MsUp(e.NextDeadline), spec.Name, spec.Func, spec.Runtime,
            spec.After.IsEmpty ? 0 : 1,
            spec.Labels.IsEmpty ? null : JsonSerializer.Serialize(spec.Labels, MessagesJson.Default.ImmutableSortedDictionaryStringString),
            spec.Webhook is null ? 0 : 1, now, e.By, MsUp(spec.Limits.NotBefore), spec.Concurrency?.Key, spec.Workflow);
        if (!spec.Labels.IsEmpty)
        {
            var seq = (long)session.Scalar("SELECT last_insert_rowid()")!;
            foreach (var (key, value) in spec.Labels)
            {
                session.Execute("INSERT INTO process_label (namespace, key, value, seq) VALUES (?1, ?2, ?3, ?4)", id.Namespace, key, value, seq);
            }
        }

        foreach (var parent in spec.After.Distinct(StringComparer.Ordinal))
        {
            session.Execute("INSERT INTO process_link (namespace, child, parent) VALUES (?1, ?2, ?3)", id.Namespace, id.Id, parent);
        }
    }

    private void Apply(ExecutorId id, ExecutorEvent e)
    {
        switch (e)
        {
            case ExecutorEvent.Registered x:
                session.Execute(SqlExecutors.Register, id.Namespace, id.Id, JsonSerializer.Serialize(x.Capability, MessagesJson.Default.Capability), Ms(x.At));
                break;
            case ExecutorEvent.Removed:
                session.Execute(SqlExecutors.Remove, id.Namespace, id.Id);
                break;
        }
    }

    private void FreeSlots(ProcessId id, string queue, ReadOnlySpan<SlotClaim> slots)
    {
        foreach (var slot in slots)
        {
            session.Execute(
                "DELETE FROM slot WHERE namespace = ?1 AND queue = ?2 AND key = ?3 AND slot = ?4 AND process = ?5",
                id.Namespace, queue, slot.Key, slot.Slot, id.Id);
        }
    }

    private void Count(string nameSpace, string queue, ProcessStatus status, int change) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (nameSpace, queue, status), out _) += change;

    private static long Ms(DateTimeOffset time) => SqlTimes.Down(time);

    private static object? MsUp(DateTimeOffset? time) => SqlTimes.Up(time);
}
