using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Postgres;

/// <summary>What the events of one batch do to the row of one process, all together. Pure: knows no connection.</summary>
/// <param name="id">The process.</param>
internal sealed class ProcessChange(ProcessId id)
{
    /// <summary>The columns that events set after the submit. The order is that of the bits of <see cref="Mask"/>.</summary>
    public static readonly ImmutableArray<PostgresColumn> Columns =
    [
        PostgresColumn.Int("status"), PostgresColumn.Long("waiting_since"), PostgresColumn.Long("next_deadline"), PostgresColumn.Long("updated_at"),
        PostgresColumn.Long("started_at"), PostgresColumn.Int("attempt"), PostgresColumn.Text("executor"), PostgresColumn.Text("demand"),
        PostgresColumn.Long("lease_until"), PostgresColumn.Text("progress"), PostgresColumn.Text("progress_text"), PostgresColumn.Text("reason"),
        PostgresColumn.Text("cause"), PostgresColumn.Long("finished_at"), PostgresColumn.Long("result_nr"), PostgresColumn.Text("checkpoint"),
        PostgresColumn.Int("priority"), PostgresColumn.Long("webhook_at"), PostgresColumn.Int("counted"), PostgresColumn.Text("attributes"),
        PostgresColumn.Int("failure"),
    ];

    private static readonly ImmutableDictionary<string, int> Places = Columns.Select((c, i) => (c.Name, i)).ToImmutableDictionary(x => x.Name, x => x.i);

    private readonly object?[] _values = new object?[Columns.Length];
    private HashSet<string>? _parents;
    private Dictionary<string, string?>? _attributes;
    private int _counted;

    /// <summary>The process.</summary>
    public ProcessId Id => id;

    /// <summary>The submit, when it is in the batch too: the row is made, not changed.</summary>
    public ProcessEvent.Submitted? Submit { get; private set; }

    /// <summary>The parents that it gets.</summary>
    public IReadOnlyCollection<string> Parents => _parents ?? (IReadOnlyCollection<string>)[];

    /// <summary>Which columns are set, a bit for each.</summary>
    public uint Mask { get; private set; }

    /// <summary>Whether what counted of earlier attempts is forgotten.</summary>
    public bool CountsAnew { get; private set; }

    /// <summary>The value of a column, by its place.</summary>
    public object? this[int column] => _values[column];

    /// <summary>The value of a column, by its name.</summary>
    public object? this[string column] => _values[Places[column]];

    /// <summary>Adds what an event does.</summary>
    public void Apply(long sequenceNr, ProcessEvent e)
    {
        var now = SqlTimes.Down(e.At);
        var due = SqlTimes.Up(e.NextDeadline);
        var waiting = e.To == ProcessStatus.Waiting ? SqlTimes.Ticks(e.Place ?? e.At) : (object?)null;
        switch (e)
        {
            case ProcessEvent.Submitted x:
                Submit = x;
                _parents = x.Spec.After.IsEmpty ? null : new HashSet<string>(x.Spec.After, StringComparer.Ordinal);
                Set("priority", x.Spec.Priority);
                Move(e, waiting, due, now);
                break;
            case ProcessEvent.Unblocked:
                Move(e, waiting, due, now);
                break;
            case ProcessEvent.Assigned x:
                Move(e, null, due, now);
                Set("started_at", now);
                Set("attempt", x.Attempt);
                Set("executor", x.Executor);
                Set("demand", x.Demand);
                Set("lease_until", SqlTimes.Up(x.LeaseUntil));
                Set("progress", null);
                Set("progress_text", null);
                break;
            case ProcessEvent.AttemptEnded x:
                Move(e, waiting, due, now);
                Count(x.Counted ? 1 : 0);
                Set("reason", x.Error);
                EndAttempt();
                break;
            case ProcessEvent.Succeeded x:
                Move(e, null, null, now);
                Set("finished_at", now);
                Set("webhook_at", now);
                Set("result_nr", x.Result is null ? null : sequenceNr);
                Set("reason", null);
                Set("checkpoint", null);
                EndAttempt();
                break;
            case ProcessEvent.Failed x:
                End(e, now, x.Reason, x.Parent);
                Set("failure", (int)x.Kind);
                Set("result_nr", x.Result is null ? null : sequenceNr);
                break;
            case ProcessEvent.Cancelled x:
                End(e, now, x.Reason, x.Parent);
                break;
            case ProcessEvent.Reopened x:
                Move(e, waiting, due, now);
                Set("finished_at", null);
                Set("webhook_at", null);
                Set("result_nr", null);
                Set("reason", x.Reason);
                Set("cause", null);
                Set("failure", null);
                CountsAnew = true;
                _counted = 0;
                Count(0);
                break;
            case ProcessEvent.AttributesSet x:
                _attributes ??= [];
                foreach (var (key, value) in x.Attributes)
                {
                    _attributes[key] = value;
                }

                Set("attributes", JsonSerializer.Serialize(_attributes.ToImmutableSortedDictionary(StringComparer.Ordinal), MessagesJson.Default.ImmutableSortedDictionaryStringString));
                Set("updated_at", now);
                break;
            case ProcessEvent.ParentAdded x:
                (_parents ??= new HashSet<string>(StringComparer.Ordinal)).Add(x.Parent);
                Set("updated_at", now);
                break;
            case ProcessEvent.PriorityChanged x:
                Set("priority", x.Priority);
                Set("updated_at", now);
                break;
        }
    }

    private void Move(ProcessEvent e, object? waiting, object? due, long now)
    {
        Set("status", (int)e.To);
        Set("waiting_since", waiting);
        Set("next_deadline", due);
        Set("updated_at", now);
    }

    private void End(ProcessEvent e, long now, string? reason, string? parent)
    {
        Move(e, null, null, now);
        Set("finished_at", now);
        Set("webhook_at", now);
        Set("reason", reason);
        Set("cause", parent);
    }

    private void EndAttempt()
    {
        Set("demand", null);
        Set("lease_until", null);
    }

    private void Count(int by)
    {
        _counted += by;
        Set("counted", _counted);
    }

    private void Set(string column, object? value)
    {
        var place = Places[column];
        _values[place] = value;
        Mask |= 1u << place;
    }
}
