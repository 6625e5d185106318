using System.Collections.Immutable;
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
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>Gathers what the events of a batch do to the tables, and does it in one round trip: a statement for each table and kind of change, whatever the number of events.</summary>
/// <param name="options">Bounds.</param>
/// <param name="counter">Under which name this node counts processes.</param>
internal sealed class PostgresChanges(StoreOptions options, Func<string> counter)
{
    private static readonly ImmutableArray<PostgresColumn> Journal =
    [
        PostgresColumn.Long("created"), PostgresColumn.Text("persistence_id"), PostgresColumn.Long("sequence_number"), PostgresColumn.Bytes("message"),
        PostgresColumn.Text("manifest"), PostgresColumn.Int("identifier"), PostgresColumn.Text("writer_uuid"),
    ];

    private static readonly string InsertEvents =
        $"INSERT INTO journal (deleted, {PostgresColumn.Names(Journal)}) SELECT FALSE, u.* FROM unnest({PostgresColumn.Arrays(Journal)}) AS u ({PostgresColumn.Names(Journal)})";

    private const string InsertLabels = """
        INSERT INTO process_label (namespace, key, value, seq)
        SELECT p.namespace, u.key, u.value, p.seq FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u (namespace, id, key, value)
        JOIN process p ON p.namespace = u.namespace AND p.id = u.id
        """;

    private const string InsertLinks = "INSERT INTO process_link (namespace, child, parent) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING";

    private const string FreeSlots = """
        DELETE FROM slot s USING unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[]) AS u (namespace, queue, key, slot, process)
        WHERE s.namespace = u.namespace AND s.queue = u.queue AND s.key = u.key AND s.slot = u.slot AND s.process = u.process
        """;

    private const string AddCounts = """
        INSERT INTO process_count (node, namespace, queue, status, n) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::integer[])
        ON CONFLICT (namespace, queue, status, node) DO UPDATE SET n = process_count.n + excluded.n
        """;

    private readonly List<(string PersistenceId, JournalRow Row)> _events = [];
    private readonly Dictionary<ProcessId, ProcessChange> _processes = [];
    private readonly List<(ProcessId Id, string Queue, SlotClaim Slot)> _freed = [];
    private readonly Dictionary<(string Namespace, string Queue, ProcessStatus Status), int> _counts = [];
    private readonly List<(ExecutorId Id, ExecutorEvent Event)> _executors = [];
    private readonly List<(WorkflowId Id, WorkflowEvent Event)> _workflows = [];
    private readonly List<(ScheduleId Id, ScheduleEvent Event)> _schedules = [];
    private readonly List<(DeploymentId Id, DeploymentEvent Event)> _deployments = [];
    private readonly List<(GeneratorId Id, GeneratorEvent Event)> _generators = [];

    /// <summary>Adds the events of an entity.</summary>
    public void Add(JournalAppend append)
    {
        for (var i = 0; i < append.Rows.Count; i++)
        {
            _events.Add((append.PersistenceId, append.Rows[i]));
            switch (append.Events[i])
            {
                case ProcessEvent e:
                    Add(PersistenceIds.Process(append.PersistenceId)!.Value, append.Rows[i].SequenceNr, e);
                    break;
                case ExecutorEvent e:
                    _executors.Add((PersistenceIds.Executor(append.PersistenceId)!.Value, e));
                    break;
                case WorkflowEvent e:
                    _workflows.Add((PersistenceIds.Workflow(append.PersistenceId)!.Value, e));
                    break;
                case ScheduleEvent e:
                    _schedules.Add((PersistenceIds.Schedule(append.PersistenceId)!.Value, e));
                    break;
                case DeploymentEvent e:
                    _deployments.Add((PersistenceIds.Deployment(append.PersistenceId)!.Value, e));
                    break;
                case GeneratorEvent e:
                    _generators.Add((PersistenceIds.Generator(append.PersistenceId)!.Value, e));
                    break;
            }
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Free(ProcessId id, string queue, SlotClaim slot) => _freed.Add((id, queue, slot));

    /// <summary>Does all of it, inside the transaction that is open.</summary>
    /// <exception cref="InvalidOperationException">A process has no row any more.</exception>
    public void Flush(PostgresSession session)
    {
        using var batch = new NpgsqlBatch(session.Connection);
        var updates = new List<(int Place, int Rows)>();
        if (_events.Count > 0)
        {
            batch.BatchCommands.Add(Columns(InsertEvents, Journal, _events,
                e => e.Row.Created, e => e.PersistenceId, e => e.Row.SequenceNr, e => e.Row.Message, e => e.Row.Manifest, e => e.Row.SerializerId, e => e.Row.WriterUuid));
        }

        AddProcesses(batch, updates);
        if (_freed.Count > 0)
        {
            batch.BatchCommands.Add(Columns(FreeSlots,
                [PostgresColumn.Text("namespace"), PostgresColumn.Text("queue"), PostgresColumn.Text("key"), PostgresColumn.Int("slot"), PostgresColumn.Text("process")], _freed,
                f => f.Id.Namespace, f => f.Queue, f => f.Slot.Key, f => f.Slot.Slot, f => f.Id.Id));
        }

        var counts = _counts.Where(c => c.Value != 0).OrderBy(c => c.Key.Namespace, StringComparer.Ordinal).ThenBy(c => c.Key.Queue, StringComparer.Ordinal).ThenBy(c => c.Key.Status).ToList();
        if (counts.Count > 0)
        {
            batch.BatchCommands.Add(Columns(AddCounts,
                [PostgresColumn.Text("node"), PostgresColumn.Text("namespace"), PostgresColumn.Text("queue"), PostgresColumn.Int("status"), PostgresColumn.Int("n")], counts,
                _ => counter(), c => c.Key.Namespace, c => c.Key.Queue, c => (int)c.Key.Status, c => c.Value));
        }

        if (batch.BatchCommands.Count > 0)
        {
            batch.ExecuteNonQuery();
            if (updates.Exists(u => (int)batch.BatchCommands[u.Place].RecordsAffected != u.Rows))
            {
                // Retention may have taken the row: then there is nothing that the event could be an event of.
                throw new InvalidOperationException("there is no such process");
            }
        }

        foreach (var (id, e) in _executors)
        {
            Apply(session, id, e);
        }

        foreach (var (id, e) in _workflows)
        {
            SqlWorkflows.Apply(session, id, e);
        }

        foreach (var (id, e) in _schedules)
        {
            SqlSchedules.Apply(session, id, e, options.Shards);
        }

        foreach (var (id, e) in _deployments)
        {
            SqlDeployments.Apply(session, id, e);
        }

        foreach (var (id, e) in _generators)
        {
            SqlGenerators.Apply(session, id, e, options.Shards);
        }

        Clear();
    }

    /// <summary>Forgets what was gathered.</summary>
    public void Clear()
    {
        _events.Clear();
        _processes.Clear();
        _freed.Clear();
        _counts.Clear();
        _executors.Clear();
        _workflows.Clear();
        _schedules.Clear();
        _deployments.Clear();
        _generators.Clear();
    }

    private void Add(ProcessId id, long sequenceNr, ProcessEvent e)
    {
        if (!_processes.TryGetValue(id, out var change))
        {
            _processes.Add(id, change = new ProcessChange(id));
        }

        change.Apply(sequenceNr, e);
        var (queue, slots) = e switch
        {
            ProcessEvent.AttemptEnded x => (x.Queue, x.Slots),
            ProcessEvent.Succeeded x => (x.Queue, x.Slots),
            _ => ("", []),
        };
        foreach (var slot in slots)
        {
            Free(id, queue, slot);
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

    private void AddProcesses(NpgsqlBatch batch, List<(int Place, int Rows)> updates)
    {
        var made = _processes.Values.Where(c => c.Submit is not null).ToList();
        if (made.Count > 0)
        {
            batch.BatchCommands.Add(PostgresProcessTable.Insert(made, options.Shards));
            var labels = made.SelectMany(c => c.Submit!.Spec.Labels.Select(l => (c.Id, l.Key, l.Value))).ToList();
            if (labels.Count > 0)
            {
                batch.BatchCommands.Add(Columns(InsertLabels,
                    [PostgresColumn.Text("namespace"), PostgresColumn.Text("id"), PostgresColumn.Text("key"), PostgresColumn.Text("value")], labels,
                    l => l.Id.Namespace, l => l.Id.Id, l => l.Key, l => l.Value));
            }
        }

        var links = _processes.Values.SelectMany(c => c.Parents.Select(parent => (c.Id, Parent: parent))).ToList();
        if (links.Count > 0)
        {
            batch.BatchCommands.Add(Columns(InsertLinks, [PostgresColumn.Text("namespace"), PostgresColumn.Text("child"), PostgresColumn.Text("parent")], links,
                l => l.Id.Namespace, l => l.Id.Id, l => l.Parent));
        }

        foreach (var kind in _processes.Values.Where(c => c.Submit is null && c.Mask != 0).GroupBy(c => c.Mask))
        {
            var changes = kind.ToList();
            updates.Add((batch.BatchCommands.Count, changes.Count));
            batch.BatchCommands.Add(PostgresProcessTable.Update(kind.Key, changes));
        }
    }

    private static NpgsqlBatchCommand Columns<T>(string sql, ImmutableArray<PostgresColumn> columns, IReadOnlyList<T> rows, params ReadOnlySpan<Func<T, object?>> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < columns.Length; i++)
        {
            command.Parameters.Add(columns[i].Of(rows, values[i]));
        }

        return command;
    }

    private static void Apply(PostgresSession session, ExecutorId id, ExecutorEvent e)
    {
        switch (e)
        {
            case ExecutorEvent.Registered x:
                session.Execute(SqlExecutors.Register, id.Namespace, id.Id, JsonSerializer.Serialize(x.Capability, MessagesJson.Default.Capability), SqlTimes.Down(x.At));
                break;
            case ExecutorEvent.Removed:
                session.Execute(SqlExecutors.Remove, id.Namespace, id.Id);
                break;
        }
    }

    private void Count(string nameSpace, string queue, ProcessStatus status, int change) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (nameSpace, queue, status), out _) += change;
}
