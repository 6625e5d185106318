using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The store's one writer: events and their rows are committed together, later, or not at all; and who asked may never hear of it.</summary>
internal sealed class Journal(Schedule schedule, Faults faults, Trace trace, Table table, Witness witness)
{
    private readonly Dictionary<ProcessId, List<ProcessEvent>> _events = [];
    private readonly Dictionary<ProcessId, Write> _pending = [];
    private readonly Dictionary<ProcessId, List<Action>> _afterPending = [];

    internal enum Outcome
    {
        Stored,
        SlotTaken,
        Failed,
    }

    public IReadOnlyDictionary<ProcessId, List<ProcessEvent>> Events => _events;

    /// <summary>Appends events, all or none.</summary>
    public void Append(ProcessId id, ImmutableArray<ProcessEvent> events, Action<Outcome> answer)
    {
        var write = new Write(events, answer);
        _pending.Add(id, write);
        schedule.After(faults.StoreTime(), () =>
        {
            if (_pending.GetValueOrDefault(id) == write)
            {
                Resolve(id, write, fails: faults.Hits(faults.FailedWrites));
            }
        });
    }

    /// <summary>Reads the events of a process, after those that are still being written.</summary>
    public void Replay(ProcessId id, Action<IReadOnlyList<ProcessEvent>> read)
    {
        if (_pending.ContainsKey(id))
        {
            (_afterPending.TryGetValue(id, out var waiting) ? waiting : _afterPending[id] = []).Add(() => Replay(id, read));
            return;
        }

        schedule.After(faults.StoreTime(), () => read(_events.TryGetValue(id, out var events) ? [.. events] : []));
    }

    /// <summary>The node of the writer dies: what it was writing is committed or not.</summary>
    public void Crash()
    {
        foreach (var (id, write) in _pending.ToList())
        {
            Resolve(id, write, fails: faults.Hits(500));
        }
    }

    private void Resolve(ProcessId id, Write write, bool fails)
    {
        _pending.Remove(id);
        var outcome = fails ? Outcome.Failed : write.Events.All(table.HasSlots) ? Outcome.Stored : Outcome.SlotTaken;
        if (outcome == Outcome.Stored)
        {
            Commit(id, write.Events);
            outcome = faults.Hits(faults.LostOutcomes) ? Outcome.Failed : Outcome.Stored;
        }

        if (outcome != Outcome.Stored)
        {
            trace.Note($"{id.Id} could not write, as it is told ({outcome}):", write.Events[0]);
        }

        // The answer takes its time too; meanwhile readers see what is committed.
        schedule.After(faults.StoreTime() / 3, () => write.Answer(outcome));
        if (_afterPending.Remove(id, out var waiting))
        {
            waiting.ForEach(w => w());
        }
    }

    private void Commit(ProcessId id, ImmutableArray<ProcessEvent> events)
    {
        foreach (var e in events)
        {
            trace.Note($"{id.Id} commits", e);
            witness.Commits(id, e);
            (_events.TryGetValue(id, out var known) ? known : _events[id] = []).Add(e);
            table.Apply(id, e);
            witness.Committed(id);
        }
    }

    private sealed record Write(ImmutableArray<ProcessEvent> Events, Action<Outcome> Answer);
}
