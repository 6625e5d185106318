namespace Muster.Persistence.Journal;

/// <summary>The events that one entity appends at once; all or none.</summary>
/// <param name="PersistenceId">The entity.</param>
/// <param name="Rows">The events, in order.</param>
/// <param name="Events">The same events as objects, for the projection.</param>
public sealed record JournalAppend(string PersistenceId, IReadOnlyList<JournalRow> Rows, IReadOnlyList<object> Events)
{
    /// <summary>The size that counts against the bounds of batch and channel, in bytes.</summary>
    public int Size { get; } = Rows.Sum(r => r.Message.Length + RowOverhead);

    /// <summary>Keys, columns and index entries of a row, about.</summary>
    private const int RowOverhead = 256;
}
