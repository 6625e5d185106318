using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.Journal;
using Muster.Persistence.Sql;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>Writes batches to PostgreSQL: one connection, one transaction a batch, a statement for each table.</summary>
/// <param name="writer">The writing connection.</param>
/// <param name="fence">Says whether this node may still write.</param>
/// <param name="options">Bounds.</param>
internal sealed class PostgresBatchTarget(PostgresWriter writer, PostgresFence fence, StoreOptions options) : IBatchTarget
{
    private readonly PostgresChanges _changes = new(options, () => fence.Counter ?? options.Node);
    private readonly ManifestsInUse _manifests = new();
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    public void Write(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        try
        {
            var session = writer.Session();
            if (!TryWhole(session, batch, outcomes))
            {
                Narrow(session, batch, outcomes);
            }
        }
        catch (Exception e)
        {
            // With the connection goes the transaction, however far it came.
            writer.Drop();
            throw PostgresErrors.Unavailable(e) ?? e;
        }
    }

    public bool[] Find(IReadOnlyList<StoreWork> batch)
    {
        try
        {
            return Find(writer.Session(), batch);
        }
        catch (Exception e)
        {
            writer.Drop();
            throw PostgresErrors.Unavailable(e) ?? e;
        }
    }

    private static bool[] Find(PostgresSession session, IReadOnlyList<StoreWork> batch)
    {
        var found = new bool[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            found[i] = batch[i].Append is { Rows.Count: > 0 } append && session.Scalar(
                "SELECT 1 FROM journal WHERE persistence_id = ?1 AND sequence_number = ?2 AND writer_uuid = ?3",
                append.PersistenceId, append.Rows[^1].SequenceNr, append.Rows[^1].WriterUuid) is not null;
        }

        return found;
    }

    private bool TryWhole(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        _broken.Clear();
        session.Execute("BEGIN");
        fence.Check(session);
        try
        {
            Apply(session, batch, outcomes, 0, batch.Count);
            _manifests.Say(session, batch);
        }
        catch (Exception e) when (PostgresErrors.Unavailable(e) is null)
        {
            // One of them is wrong; which one comes out by halving.
            session.Execute("ROLLBACK");
            Array.Clear(outcomes);
            return false;
        }

        session.Execute("COMMIT");
        _manifests.Committed();
        return true;
    }

    private void Narrow(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        session.Execute("BEGIN");
        fence.Check(session);
        Halve(session, batch, outcomes, 0, batch.Count);
        _manifests.Say(session, batch);
        session.Execute("COMMIT");
        _manifests.Committed();
    }

    private void Halve(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes, int from, int to)
    {
        session.Execute("SAVEPOINT half");
        try
        {
            Apply(session, batch, outcomes, from, to);
            session.Execute("RELEASE SAVEPOINT half");
            return;
        }
        catch (Exception e) when (PostgresErrors.Unavailable(e) is null)
        {
            session.Execute("ROLLBACK TO SAVEPOINT half");
            session.Execute("RELEASE SAVEPOINT half");
            Array.Clear(outcomes, from, to - from);
            if (to - from == 1)
            {
                outcomes[from] = new JournalWriteException($"The write of {batch[from].PersistenceId ?? "rows"} failed: {e.Message}", e);
                if (batch[from].Append is { } append)
                {
                    _broken.Add(append.PersistenceId);
                }

                return;
            }
        }

        var middle = (from + to) / 2;
        Halve(session, batch, outcomes, from, middle);
        Halve(session, batch, outcomes, middle, to);
    }

    private void Apply(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes, int from, int to)
    {
        _changes.Clear();
        var skipped = Skip(batch, outcomes, from, to);
        foreach (var (start, end) in Parts(batch, from, to))
        {
            ApplyPart(session, batch, outcomes, start, end, skipped);
        }
    }

    // An event after one that could not be written would leave a hole in the history.
    private HashSet<int> Skip(IReadOnlyList<StoreWork> batch, Exception?[] outcomes, int from, int to)
    {
        var skipped = new HashSet<int>();
        for (var i = from; i < to; i++)
        {
            if (batch[i].Append is { } append && _broken.Contains(append.PersistenceId))
            {
                outcomes[i] = new JournalWriteException($"An earlier write of {append.PersistenceId} failed.");
                skipped.Add(i);
            }
        }

        return skipped;
    }

    // Changes of a part go out together, so a place that is freed in it cannot be claimed in it; and statements come between the events of their entity where they were.
    private static IEnumerable<(int Start, int End)> Parts(IReadOnlyList<StoreWork> batch, int from, int to)
    {
        var freed = new HashSet<(string, string, string, int)>();
        var start = from;
        for (var i = from; i < to; i++)
        {
            var follows = i > start && batch[i].Append is not null && batch[i - 1].Statements is not null && batch[i - 1].PersistenceId == batch[i].PersistenceId;
            if (follows || Claims(batch[i]).Any(c => freed.Contains((c.Id.Namespace, c.Queue, c.Slot.Key, c.Slot.Slot))))
            {
                yield return (start, i);
                start = i;
                freed.Clear();
            }

            foreach (var (id, queue, slot) in Frees(batch[i]))
            {
                freed.Add((id.Namespace, queue, slot.Key, slot.Slot));
            }
        }

        yield return (start, to);
    }

    private void ApplyPart(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes, int start, int end, HashSet<int> skipped)
    {
        // Places under limits come first: a rejected assignment must leave nothing behind.
        TakeSlots(session, batch, outcomes, start, end, skipped);
        for (var i = start; i < end; i++)
        {
            if (batch[i].Append is { } append && !skipped.Contains(i) && outcomes[i] is null)
            {
                _changes.Add(append);
            }
        }

        _changes.Flush(session);
        for (var i = start; i < end; i++)
        {
            batch[i].Statements?.Invoke(session);
        }
    }

    private void TakeSlots(PostgresSession session, IReadOnlyList<StoreWork> batch, Exception?[] outcomes, int start, int end, HashSet<int> skipped)
    {
        var claims = new List<(int Work, ProcessId Id, string Queue, SlotClaim Slot, int Attempt)>();
        for (var i = start; i < end; i++)
        {
            if (!skipped.Contains(i))
            {
                claims.AddRange(Claims(batch[i]).Select(c => (i, c.Id, c.Queue, c.Slot, c.Attempt)));
            }
        }

        if (claims.Count == 0)
        {
            return;
        }

        var taken = PostgresSlots.Take(session, [.. claims.Select(c => (c.Id, c.Queue, c.Slot, c.Attempt))]);
        foreach (var work in claims.Select((c, i) => (Claim: c, Taken: taken[i])).GroupBy(c => c.Claim.Work))
        {
            if (work.All(c => c.Taken))
            {
                continue;
            }

            var missed = work.First(c => !c.Taken).Claim.Slot;
            outcomes[work.Key] = new SlotTakenException(missed.Key, missed.Slot);
            foreach (var (claim, _) in work.Where(c => c.Taken))
            {
                _changes.Free(claim.Id, claim.Queue, claim.Slot);
            }
        }
    }

    private static IEnumerable<(ProcessId Id, string Queue, SlotClaim Slot, int Attempt)> Claims(StoreWork work) => work.Append is not { } append
        ? []
        : append.Events.OfType<ProcessEvent.Assigned>().SelectMany(e => e.Slots.Select(s => (PersistenceIds.Process(append.PersistenceId)!.Value, e.Queue, s, e.Attempt)));

    private static IEnumerable<(ProcessId Id, string Queue, SlotClaim Slot)> Frees(StoreWork work) => work.Append is not { } append
        ? []
        : append.Events.SelectMany(e => e switch
        {
            ProcessEvent.AttemptEnded x => x.Slots.Select(s => (PersistenceIds.Process(append.PersistenceId)!.Value, x.Queue, s)),
            ProcessEvent.Succeeded x => x.Slots.Select(s => (PersistenceIds.Process(append.PersistenceId)!.Value, x.Queue, s)),
            _ => [],
        });
}
