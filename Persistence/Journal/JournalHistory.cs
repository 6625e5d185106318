namespace Muster.Persistence.Journal;

/// <summary>What the journal holds of an entity.</summary>
/// <param name="Highest">The highest sequence number that it ever had, also of events that are deleted; 0 when it has none.</param>
/// <param name="Rows">The events, in order.</param>
public sealed record JournalHistory(long Highest, IReadOnlyList<JournalRow> Rows)
{
    /// <summary>Of an entity that never had an event.</summary>
    public static readonly JournalHistory None = new(0, []);
}
