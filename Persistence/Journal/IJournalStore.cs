namespace Muster.Persistence.Journal;

/// <summary>Appends and replays events. Appends of all entities of the node share transactions.</summary>
public interface IJournalStore
{
    /// <summary>Raised whenever this node has committed events.</summary>
    CommitSignal Commits { get; }

    /// <summary>Appends the events of one entity with their effect on the read model; durable when the task ends.</summary>
    /// <returns>Null, or why this append, and only this one, was rejected without an effect.</returns>
    /// <exception cref="JournalWriteException">The append cannot be done; the entity must stop and recover.</exception>
    /// <exception cref="StoreUnavailableException">The store is closed.</exception>
    Task<Exception?> AppendAsync(JournalAppend append);

    /// <summary>The same without a task for each append.</summary>
    /// <param name="append">The events.</param>
    /// <param name="ended">
    /// Called once: with null when they are durable, else with why not; <see cref="HasFailed"/> tells a rejection from a failure.
    /// The writer itself calls it and everybody waits for it meanwhile: it does nothing that takes time, and does not throw.
    /// </param>
    void Append(JournalAppend append, Action<Exception?> ended);

    /// <summary>All events of an entity. Waits for appends of the same entity that are under way.</summary>
    Task<JournalHistory> HistoryAsync(string persistenceId);

    /// <summary>Deletes the events of an entity up to a sequence number; the highest number stays known.</summary>
    Task DeleteAsync(string persistenceId, long to);

    /// <summary>Whether an outcome means that the append was not done for a reason that is not its own, so that the entity must stop and recover.</summary>
    static bool HasFailed(Exception outcome) => outcome is JournalWriteException or StoreUnavailableException;
}
