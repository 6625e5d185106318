namespace Muster.Persistence.ReadModel;

/// <summary>The place of an event in the order in which followers of all transitions see them.</summary>
/// <param name="Transaction">The transaction that wrote it, where several nodes write; else 0.</param>
/// <param name="Offset">Its number in the journal. Where several nodes write, a lower number may come later.</param>
public readonly record struct EventPlace(long Transaction, long Offset)
{
    /// <summary>Whether this comes later than the other.</summary>
    public bool IsAfter(EventPlace other) => Transaction != other.Transaction ? Transaction > other.Transaction : Offset > other.Offset;
}
