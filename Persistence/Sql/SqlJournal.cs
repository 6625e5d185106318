using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Appends through the group commit; replays from reading connections, the entities that recover at the same time with one query.</summary>
internal sealed class SqlJournal : IJournalStore
{
    private readonly GroupCommit _writer;
    private readonly ISqlReaders _readers;
    private readonly SqlDialect _dialect;
    private readonly SharedQuery<long> _highest;
    private readonly SharedQuery<List<JournalRow>> _histories;

    public SqlJournal(GroupCommit writer, ISqlReaders readers, SqlDialect dialect)
    {
        _writer = writer;
        _readers = readers;
        _dialect = dialect;
        _highest = new SharedQuery<long>(HighestAsync);
        _histories = new SharedQuery<List<JournalRow>>(HistoriesAsync);
    }

    public Task<Exception?> AppendAsync(JournalAppend append) => _writer.WriteAsync(StoreWork.Of(append));

    public async Task<long> HighestSequenceNrAsync(string persistenceId)
    {
        await _writer.SettledAsync(persistenceId).ConfigureAwait(false);
        return await _highest.AskAsync(persistenceId).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalRow>> ReplayAsync(string persistenceId, long from, long to, long max)
    {
        await _writer.SettledAsync(persistenceId).ConfigureAwait(false);
        var rows = await _histories.AskAsync(persistenceId).ConfigureAwait(false) ?? [];
        // Who recovers wants all of them.
        return from <= 1 && (rows.Count == 0 || rows[^1].SequenceNr <= to) && rows.Count <= max
            ? rows
            : [.. rows.Where(r => r.SequenceNr >= from && r.SequenceNr <= to).Take((int)Math.Clamp(max, 0, int.MaxValue))];
    }

    public async Task DeleteAsync(string persistenceId, long to)
    {
        if (await _writer.WriteAsync(StoreWork.Of(persistenceId, 0, s => Delete(s, persistenceId, to))).ConfigureAwait(false) is { } rejected)
        {
            throw rejected;
        }
    }

    private Task<IReadOnlyDictionary<string, long>> HighestAsync(IReadOnlyCollection<string> ids) => _readers.RunAsync<IReadOnlyDictionary<string, long>>(
        s => s.Query(
            $"SELECT persistence_id, max(sequence_number) FROM journal WHERE persistence_id {_dialect.Among("?1")} GROUP BY persistence_id",
            r => (Id: r.GetString(0), Highest: r.GetInt64(1)), _dialect.List(ids)).ToDictionary(r => r.Id, r => r.Highest), default);

    private Task<IReadOnlyDictionary<string, List<JournalRow>>> HistoriesAsync(IReadOnlyCollection<string> ids) => _readers.RunAsync<IReadOnlyDictionary<string, List<JournalRow>>>(
        s => s.Query(
            $"""
            SELECT persistence_id, {SqlRows.JournalColumns} FROM journal
            WHERE persistence_id {_dialect.Among("?1")} AND deleted = FALSE
            ORDER BY persistence_id, sequence_number
            """,
            r => (Id: r.GetString(0), Row: SqlRows.Journal(r, 1)), _dialect.List(ids)).GroupBy(r => r.Id).ToDictionary(g => g.Key, g => g.Select(r => r.Row).ToList()), default);

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
