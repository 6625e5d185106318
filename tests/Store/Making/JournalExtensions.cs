using Muster.Persistence.Journal;

namespace Muster.Tests.Store.Making;

/// <summary>Parts of a history.</summary>
public static class JournalExtensions
{
    /// <summary>The highest sequence number of an entity.</summary>
    public static async Task<long> HighestAsync(this IJournalStore journal, string persistenceId) => (await journal.HistoryAsync(persistenceId)).Highest;

    /// <summary>The events of an entity.</summary>
    public static async Task<IReadOnlyList<JournalRow>> RowsAsync(this IJournalStore journal, string persistenceId) => (await journal.HistoryAsync(persistenceId)).Rows;
}
