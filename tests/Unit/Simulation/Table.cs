using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The read model: rows, places under limits, counts, and the questions that actors ask of them.</summary>
internal sealed class Table
{
    private readonly Dictionary<ProcessId, TableRow> _rows = [];
    private readonly Dictionary<(string Queue, string Key, int Slot), SlotRow> _slots = [];

    public IReadOnlyCollection<TableRow> Rows => _rows.Values;

    public Dictionary<(string Queue, ProcessStatus Status), int> Counts { get; } = [];

    public Dictionary<string, QueueSettings> Settings { get; } = [];

    public TableRow? Find(ProcessId id) => _rows.GetValueOrDefault(id);

    public ProcessStatus StatusOf(ProcessId id) => Find(id)?.Status ?? ProcessStatus.None;

    /// <summary>Whether the places that an event claims are free.</summary>
    public bool HasSlots(ProcessEvent e) => e is not ProcessEvent.Assigned x || x.Slots.All(s => !_slots.ContainsKey((x.Queue, s.Key, s.Slot)));

    public void Apply(ProcessId id, ProcessEvent e)
    {
        if (e is ProcessEvent.Submitted submitted)
        {
            _rows.Add(id, new TableRow(id, submitted, _rows.Count + 1));
        }

        _rows[id].Apply(e);
        switch (e)
        {
            case ProcessEvent.Assigned x:
                foreach (var slot in x.Slots)
                {
                    _slots.Add((x.Queue, slot.Key, slot.Slot), new SlotRow(slot.Key, slot.Slot, id, x.Attempt));
                }

                break;
            case ProcessEvent.AttemptEnded x:
                Free(id, x.Queue, x.Slots);
                break;
            case ProcessEvent.Succeeded x:
                Free(id, x.Queue, x.Slots);
                break;
        }

        if (e.From != e.To)
        {
            Count(e.Queue, e.To, 1);
            Count(e.Queue, e.From, -1);
        }
    }

    /// <summary>What a heartbeat changes. Touches and events of one process keep their order, so it is done at once.</summary>
    public void Touch(ProcessId id, DateTimeOffset? due)
    {
        if (_rows[id] is { } row && !row.Status.IsFinal())
        {
            row.NextDeadline = due;
        }
    }

    public QueueTables.Settings SettingsOf(QueueId queue, long number)
    {
        var settings = Settings[queue.Name];
        var slots = SlotsOf(queue.Name);
        return new QueueTables.Settings(number, settings, slots, settings.MaxRunning is null
            ? 0
            : _rows.Values.Count(r => r.Queue == queue.Name && r.Status == ProcessStatus.Running && !slots.Any(s => s.Key.Length == 0 && s.Process == r.Id)));
    }

    public List<SlotRow> SlotsOf(string queue) => [.. _slots.Where(s => s.Key.Queue == queue).Select(s => s.Value)];

    public List<(string, Requirements)> LanesOf(QueueId queue) =>
        [.. Waiting(queue).GroupBy(r => r.Lane).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, Requirements.Of(g.First().Spec)))];

    public QueueTables.LaneHead HeadOf(QueueId queue, QueueLane lane, int limit)
    {
        var rows = Waiting(queue).Where(r => r.Lane == lane.Name).OrderByDescending(r => r.Priority).ThenBy(r => r.WaitingSince).ThenBy(r => r.Seq).Take(limit).ToList();
        return new QueueTables.LaneHead(lane, [.. rows.Select(r => new QueueItem(r.Id, r.Lane, r.Priority, r.WaitingSince!.Value))], rows.Count < limit);
    }

    public List<RelatedRow> OlderWithKey(QueueMessage.Enqueue m) =>
    [
        .. _rows.Values.Where(r => r.Queue == m.Queue.Name && r.Spec.Concurrency?.Key == m.Requirements.ConcurrencyKey && !r.Status.IsFinal()
                && (r.Status > ProcessStatus.Blocked || r.Attempt > 0) && r.Seq < _rows[m.Process].Seq)
            .OrderBy(r => r.Seq).Select(r => new RelatedRow(r.Id.Id, r.Status, r.Cause)),
    ];

    public bool AnyWaiting(QueueId queue) => Waiting(queue).Any();

    public List<TableRow> Due(DateTimeOffset before) => [.. _rows.Values.Where(r => r.NextDeadline < before).OrderBy(r => r.NextDeadline)];

    public List<(string Id, ProcessStatus Status)> ParentsOf(ProcessId id) =>
        [.. _rows[id].Spec.After.Select(p => _rows[new ProcessId(id.Namespace, p)]).Select(r => (r.Id.Id, r.Status))];

    public List<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> ChildrenOf(IReadOnlyCollection<ProcessId> parents) =>
        [.. parents.SelectMany(p => _rows.Values.Where(r => r.Spec.After.Contains(p.Id)).Select(r => (p, r.Id, r.Status)))];

    public List<(ProcessId Parent, ProcessId Child, ProcessStatus Status)> EndedByRetriedParents() =>
    [
        .. _rows.Values.Where(r => r.Cause is not null).Select(r => (Parent: new ProcessId(r.Id.Namespace, r.Cause!), r.Id, r.Status))
            .Where(c => StatusOf(c.Parent) < ProcessStatus.Failed),
    ];

    public List<ProcessId> Unheld(DateTimeOffset now) =>
    [
        .. _rows.Values.Where(r => r.Status == ProcessStatus.Blocked && !r.Spec.After.IsEmpty && r.Attempt == 0).Where(r =>
        {
            var parents = ParentsOf(r.Id);
            return parents.Any(p => p.Status is ProcessStatus.Failed or ProcessStatus.Cancelled)
                || (parents.All(p => p.Status.IsFinal()) && (r.Spec.Limits.NotBefore is null || r.Spec.Limits.NotBefore < now.AddMinutes(1)));
        }).Select(r => r.Id),
    ];

    public List<TableRow> RunningOfDemand(string demand) => [.. _rows.Values.Where(r => r.Status == ProcessStatus.Running && r.Demand == demand)];

    private IEnumerable<TableRow> Waiting(QueueId queue) => _rows.Values.Where(r => r.Status == ProcessStatus.Waiting && r.Queue == queue.Name);

    private void Free(ProcessId id, string queue, IEnumerable<SlotClaim> slots)
    {
        foreach (var slot in slots)
        {
            if (_slots.TryGetValue((queue, slot.Key, slot.Slot), out var row) && row.Process == id)
            {
                _slots.Remove((queue, slot.Key, slot.Slot));
            }
        }
    }

    private void Count(string queue, ProcessStatus status, int change)
    {
        if (status != ProcessStatus.None)
        {
            Counts[(queue, status)] = Counts.GetValueOrDefault((queue, status)) + change;
        }
    }
}
