using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Appends through the group commit; replays from a reading connection.</summary>
internal sealed class SqlJournal(GroupCommit writer, ISqlReaders readers) : IJournalStore
{
    public Task<Exception?> AppendAsync(JournalAppend append) => writer.WriteAsync(StoreWork.Of(append));

    public async Task<long> HighestSequenceNrAsync(string persistenceId)
    {
        await writer.SettledAsync(persistenceId).ConfigureAwait(false);
        return await readers.RunAsync(
            s => (long?)s.Scalar("SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1", persistenceId) ?? 0, default).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalRow>> ReplayAsync(string persistenceId, long from, long to, long max)
    {
        await writer.SettledAsync(persistenceId).ConfigureAwait(false);
        return await readers.RunAsync(
            s => s.Query(
                $"""
                SELECT {SqlRows.JournalColumns} FROM journal
                WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND deleted = FALSE
                ORDER BY sequence_number LIMIT ?4
                """,
                r => SqlRows.Journal(r, 0), persistenceId, from, to, max), default).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string persistenceId, long to)
    {
        if (await writer.WriteAsync(StoreWork.Of(persistenceId, 0, s => Delete(s, persistenceId, to))).ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }
    }

    private static void Delete(ISqlSession s, string persistenceId, long to)
    {
        s.Execute("UPDATE journal SET deleted = TRUE WHERE persistence_id = ?1 AND sequence_number <= ?2 AND deleted = FALSE", persistenceId, to);
        // The newest of the deleted ones stays, so that the highest sequence number stays known.
        s.Execute(
            """
            DELETE FROM journal WHERE persistence_id = ?1 AND deleted = TRUE
              AND sequence_number < (SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1)
            """, persistenceId);
    }
}
