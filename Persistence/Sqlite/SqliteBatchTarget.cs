using Microsoft.Data.Sqlite;
using Muster.Persistence.Journal;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Sqlite;

/// <summary>Writes batches to SQLite: one connection, one transaction a batch, prepared statements.</summary>
/// <param name="session">The writing connection.</param>
/// <param name="projection">What events do to the tables.</param>
/// <param name="turn">Held while a transaction is open; who holds it has the write-ahead log for himself.</param>
internal sealed class SqliteBatchTarget(SqliteSession session, SqliteProjection projection, Lock turn) : IBatchTarget
{
    private const string InsertEvent = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7)
        """;

    private readonly ManifestsInUse _manifests = new();

    public void Write(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        lock (turn)
        {
            try
            {
                if (!TryWhole(batch, outcomes))
                {
                    OneByOne(batch, outcomes);
                }
            }
            catch (SqliteException e) when (SqliteErrors.IsAway(e))
            {
                throw SqliteErrors.Away(e);
            }
            finally
            {
                // An open transaction would make every later batch fail.
                Rollback();
            }
        }
    }

    public bool[] Find(IReadOnlyList<StoreWork> batch)
    {
        try
        {
            return [.. batch.Select(w => w.Append is { } append && Stands(append))];
        }
        catch (SqliteException e) when (SqliteErrors.IsAway(e))
        {
            throw SqliteErrors.Away(e);
        }
    }

    private bool Stands(JournalAppend append) => append.Rows.Count > 0 && session.Scalar(
        "SELECT 1 FROM journal WHERE persistence_id = ?1 AND sequence_number = ?2 AND writer_uuid = ?3",
        append.PersistenceId, append.Rows[^1].SequenceNr, append.Rows[^1].WriterUuid) is not null;

    private bool TryWhole(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        session.Execute("BEGIN IMMEDIATE");
        projection.Begin();
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                outcomes[i] = Apply(batch[i]);
            }

            projection.FlushCounts();
            _manifests.Say(session, batch);
            session.Execute("COMMIT");
            _manifests.Committed();
            return true;
        }
        catch (Exception e) when (e is not SqliteException sqlite || !SqliteErrors.IsAway(sqlite))
        {
            // One of them is wrong; which one comes out by savepoints.
            Rollback();
            Array.Clear(outcomes);
            return false;
        }
    }

    private void OneByOne(IReadOnlyList<StoreWork> batch, Exception?[] outcomes)
    {
        var broken = new HashSet<string>(StringComparer.Ordinal);
        session.Execute("BEGIN IMMEDIATE");
        projection.Begin();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Append is { } append && broken.Contains(append.PersistenceId))
            {
                // An event after one that could not be written would leave a hole in the history.
                outcomes[i] = new JournalWriteException($"An earlier write of {append.PersistenceId} failed.");
                continue;
            }

            session.Execute("SAVEPOINT work");
            var mark = projection.Mark();
            try
            {
                outcomes[i] = Apply(batch[i]);
            }
            catch (Exception e) when (e is not SqliteException sqlite || !SqliteErrors.IsAway(sqlite))
            {
                session.Execute("ROLLBACK TO work");
                projection.Reset(mark);
                if (batch[i].Append is { } failed)
                {
                    broken.Add(failed.PersistenceId);
                }

                outcomes[i] = new JournalWriteException($"The write of {batch[i].PersistenceId ?? "rows"} failed: {e.Message}", e);
            }

            session.Execute("RELEASE work");
        }

        projection.FlushCounts();
        _manifests.Say(session, batch);
        session.Execute("COMMIT");
        _manifests.Committed();
    }

    private SlotTakenException? Apply(StoreWork work)
    {
        if (work.Statements is { } statements)
        {
            statements(session);
            return null;
        }

        if (work.Append is not { } append)
        {
            return null;
        }

        // Places under limits come first: a rejected assignment must leave nothing behind.
        if (projection.TakeSlots(append) is { } taken)
        {
            return taken;
        }

        for (var i = 0; i < append.Rows.Count; i++)
        {
            var row = append.Rows[i];
            session.Execute(InsertEvent, row.Created, append.PersistenceId, row.SequenceNr, row.Message, row.Manifest, row.SerializerId, row.WriterUuid);
            projection.Apply(append.PersistenceId, row.SequenceNr, append.Events[i]);
        }

        return null;
    }

    private void Rollback()
    {
        if (!session.InTransaction)
        {
            return;
        }

        try
        {
            session.Execute("ROLLBACK");
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Away(e);
        }
    }
}
