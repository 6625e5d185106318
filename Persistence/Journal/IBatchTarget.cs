namespace Muster.Persistence.Journal;

/// <summary>A database that the group commit writes to.</summary>
public interface IBatchTarget
{
    /// <summary>Writes all in one transaction. A failure of one work is narrowed down to it and stands in its outcome; the others are written.</summary>
    /// <param name="batch">The works, sorted by entity.</param>
    /// <param name="outcomes">Gets, for each work, null or why it has no effect: a <see cref="JournalWriteException"/> stops the entity, anything else rejects the work.</param>
    /// <exception cref="StoreUnavailableException">The store did not answer; the outcome is unknown.</exception>
    void Write(IReadOnlyList<StoreWork> batch, Exception?[] outcomes);

    /// <summary>Says of each work whether it stands in the store. Works that may be repeated without harm count as absent.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    bool[] Find(IReadOnlyList<StoreWork> batch);
}
