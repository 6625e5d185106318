using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Appends through the group commit; replays from reading connections, the entities that recover at the same time with one query.</summary>
internal sealed class SqlJournal : IJournalStore
{
    private readonly GroupCommit _writer;
    private readonly ISqlReaders _readers;
    private readonly SqlDialect _dialect;
    private readonly SharedQuery<JournalHistory> _histories;

    public SqlJournal(GroupCommit writer, ISqlReaders readers, SqlDialect dialect)
    {
        _writer = writer;
        _readers = readers;
        _dialect = dialect;
        _histories = new SharedQuery<JournalHistory>(HistoriesAsync);
    }

    public CommitSignal Commits => _writer.Commits;

    public Task<Exception?> AppendAsync(JournalAppend append) => _writer.WriteAsync(StoreWork.Of(append));

    public void Append(JournalAppend append, Action<Exception?> ended) => _writer.Write(StoreWork.Of(append, ended));

    public async Task<JournalHistory> HistoryAsync(string persistenceId)
    {
        await _writer.SettledAsync(persistenceId).ConfigureAwait(false);
        return await _histories.AskAsync(persistenceId).ConfigureAwait(false) ?? JournalHistory.None;
    }

    public async Task DeleteAsync(string persistenceId, long to)
    {
        if (await _writer.WriteAsync(StoreWork.Of(persistenceId, 0, s => Delete(s, persistenceId, to))).ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }
    }

    // The newest event of an entity stays when all are deleted: it says the highest number.
    private Task<IReadOnlyDictionary<string, JournalHistory>> HistoriesAsync(IReadOnlyCollection<string> ids) => _readers.RunAsync<IReadOnlyDictionary<string, JournalHistory>>(
        s => s.Query(
            $"""
            SELECT persistence_id, deleted, {SqlRows.JournalColumns} FROM journal
            WHERE persistence_id {_dialect.Among("?1")}
            ORDER BY persistence_id, sequence_number
            """,
            r => (Id: r.GetString(0), Deleted: r.GetBoolean(1), Row: SqlRows.Journal(r, 2)), _dialect.List(ids))
            .GroupBy(r => r.Id)
            .ToDictionary(g => g.Key, g => new JournalHistory(g.Last().Row.SequenceNr, [.. g.Where(r => !r.Deleted).Select(r => r.Row)])),
        default);

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
