using System.Globalization;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    /// <summary>The tables that events make, without what else is written into them (heartbeats, deliveries) and without numbers that the database gives.</summary>
    private static readonly (string Table, string Columns)[] Projected =
    [
        ("process", """
            namespace, id, status, queue, lane, shard, priority, waiting_since, next_deadline, name, func, runtime, attempt, counted, executor, demand, lease_until,
            reason, cause, has_parents, not_before, labels, attributes, result_nr, concurrency, workflow, webhook, webhook_at, created_at, created_by, started_at, finished_at, updated_at
            """),
        ("workflow", "namespace, id, status, name, on_failure, nodes, made, stopping, reason, labels, created_at, created_by, started_at, finished_at, updated_at"),
        ("process_label l JOIN process p ON p.seq = l.seq", "l.namespace, p.id, l.key, l.value"),
        ("process_link", "namespace, child, parent"),
        // A state that nothing is in any more has a row of zero.
        ("process_count WHERE n <> 0", "namespace, queue, status, n"),
        ("slot", "namespace, queue, key, slot, process, attempt"),
        ("executor", "namespace, id, capability, registered_at"),
        ("schedule", "namespace, id, shard, spec, paused, next_slot, next_at, wake_at, queue, last_slot, last_at, last_work, fired, skipped, missed, rejected, reason, created_at, created_by, anchor, updated_at"),
        ("deployment", "namespace, id, spec, enabled, revision, latest, version, created_at, updated_at, updated_by"),
        ("deployment_revision", "namespace, deployment, revision, template, created_at, created_by"),
        ("generator", "namespace, id, shard, spec, waiting, first_at, pending, next_at, wake_at, last_at, last_run, last_work, packed, fired, rejected, reason, created_at, created_by, updated_at"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Replaying_the_journal_gives_the_same_rows(int seed)
    {
        await Live(seed, waves: 40);
        for (var i = 0; i < 20; i++)
        {
            await Write(Appends.Of($"x/default/e{i}", 1, "w", Registered($"e{i}", 1, "gpu"), Registered($"e{i}", 2, "cpu")));
        }

        await Write(Appends.Of("x/default/e3", 3, "w", new ExecutorEvent.Removed { At = At(5), CommandId = "gone" }));

        await WriteSchedulesAndGenerators();
        await TheRowsAreWhatTheJournalSays();
    }

    [Fact]
    public async Task A_row_that_was_tampered_with_is_found_by_replaying()
    {
        await Live(4, waves: 3);
        Tamper("UPDATE process SET priority = priority + 1 WHERE id = 'p00007'").ShouldBe(1);

        (await DifferencesToTheJournal()).Count.ShouldBe(2, "The row as it is, and as it should be.");
    }

    /// <summary>Invariant: all events of the journal, handed to an empty store, make the same rows.</summary>
    protected async Task TheRowsAreWhatTheJournalSays() => (await DifferencesToTheJournal()).ShouldBeEmpty();

    private async Task<IReadOnlyList<string>> DifferencesToTheJournal()
    {
        var differences = new List<string>();
        var rebuilt = OpenOther();
        var appends = new List<JournalAppend>();
        foreach (var name in Raw("SELECT persistence_id FROM journal GROUP BY persistence_id ORDER BY min(ordering)"))
        {
            var rows = await Store.Journal.RowsAsync(name);
            var events = rows.Select(r => StoredEvent.Read(r.Message, r.Manifest, r.SerializerId, r.SequenceNr)).ToList();
            appends.Add(new JournalAppend(name, rows, [.. events.Select(WithoutSlots)]));
        }

        await WriteAtOnce(rebuilt, appends);

        // Slots are taken and given back across processes, so they make sense in the order of the whole journal only.
        var held = await HeldSlots();
        foreach (var (table, columns) in Projected)
        {
            var expected = table == "slot" ? held : Raw($"SELECT {columns} FROM {table} ORDER BY {columns}", rebuilt);
            var stored = Raw($"SELECT {columns} FROM {table} ORDER BY {columns}");
            differences.AddRange(stored.Except(expected).Select(row => $"{table} has: {row}"));
            differences.AddRange(expected.Except(stored).Select(row => $"{table} lacks: {row}"));
        }

        return differences;
    }

    private async Task<IReadOnlyList<string>> HeldSlots()
    {
        var held = new List<string>();
        await SeenByFollowersAsync();
        foreach (var row in await Store.Read.EventsAsync(0, int.MaxValue))
        {
            held.AddRange(row.Event is ProcessEvent.Assigned a ? a.Slots.Select(s => Slot(row, a.Attempt, s)) : []);
            foreach (var slot in row.Event switch { ProcessEvent.AttemptEnded e => e.Slots, ProcessEvent.Succeeded e => e.Slots, _ => [] })
            {
                held.Remove(Slot(row, row.Event is ProcessEvent.AttemptEnded e ? e.Attempt : ((ProcessEvent.Succeeded)row.Event!).Attempt, slot)).ShouldBeTrue("A slot was given back that was not held.");
            }
        }

        return [.. held.Order(StringComparer.Ordinal)];
    }

    private static string Slot(HistoryRow row, int attempt, SlotClaim slot) => string.Create(
        CultureInfo.InvariantCulture, $"{row.Process.Namespace} | {row.Event!.Queue} | {slot.Key} | {slot.Slot} | {row.Process.Id} | {attempt}");

    private static object WithoutSlots(object e) => e is ProcessEvent.Assigned assigned ? assigned with { Slots = [] } : e;

    /// <summary>Every row of some tables; of all without.</summary>
    private string Dump(IEnumerable<string>? tables = null) =>
        string.Join('\n', (tables ?? Everything).Select(t => $"{t}:\n  {string.Join("\n  ", Raw($"SELECT * FROM {t}").Order(StringComparer.Ordinal))}"));

    private static readonly string[] Everything =
        ["journal", "tags", "snapshot", "process", "workflow", "process_label", "process_link", "process_count", "slot", "log", "queue", "executor", "schedule", "generator", "file", "file_chunk"];
}
