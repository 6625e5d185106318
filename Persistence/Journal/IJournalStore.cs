namespace Muster.Persistence.Journal;

/// <summary>Appends and replays events. Appends of all entities of the node share transactions.</summary>
public interface IJournalStore
{
    /// <summary>Appends the events of one entity with their effect on the read model; durable when the task ends.</summary>
    /// <returns>Null, or why this append, and only this one, was rejected without an effect.</returns>
    /// <exception cref="JournalWriteException">The append cannot be done; the entity must stop and recover.</exception>
    Task<Exception?> AppendAsync(JournalAppend append);

    /// <summary>The highest sequence number of an entity, also of events that are deleted; 0 when it has none.</summary>
    Task<long> HighestSequenceNrAsync(string persistenceId);

    /// <summary>The events of an entity in order. Waits for appends of the same entity that are under way.</summary>
    Task<IReadOnlyList<JournalRow>> ReplayAsync(string persistenceId, long from, long to, long max);

    /// <summary>Deletes the events of an entity up to a sequence number; the highest number stays known.</summary>
    Task DeleteAsync(string persistenceId, long to);
}
