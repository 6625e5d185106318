using Muster.Persistence.Journal;

namespace Muster.Persistence.Sqlite;

/// <summary>Appends through the group commit; replays from a reading connection.</summary>
internal sealed class SqliteJournal(GroupCommit writer, SqliteReadPool readers) : IJournalStore
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
                """
                SELECT sequence_number, message, manifest, identifier, writer_uuid, created FROM journal
                WHERE persistence_id = ?1 AND sequence_number BETWEEN ?2 AND ?3 AND deleted = 0
                ORDER BY sequence_number LIMIT ?4
                """,
                r => new JournalRow(r.GetInt64(0), (byte[])r.GetValue(1), r.GetString(2), r.GetInt32(3), r.IsDBNull(4) ? "" : r.GetString(4), r.GetInt64(5)),
                persistenceId, from, to, max), default).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string persistenceId, long to) => await writer.WriteAsync(StoreWork.Of(persistenceId, 0, s =>
    {
        s.Execute("UPDATE journal SET deleted = 1 WHERE persistence_id = ?1 AND sequence_number <= ?2 AND deleted = 0", persistenceId, to);
        // The newest of the deleted ones stays, so that the highest sequence number stays known.
        s.Execute(
            """
            DELETE FROM journal WHERE persistence_id = ?1 AND deleted = 1
              AND sequence_number < (SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1)
            """, persistenceId);
    })).ConfigureAwait(false);
}
