namespace Muster.Persistence.Records;

/// <summary>What is kept under a name and is no process: members of a dialect, definitions, the places of files.</summary>
/// <remarks>Meant for thousands of records a kind and namespace, read through a cache where they are needed often.</remarks>
public interface IRecordStore
{
    /// <summary>Whether other programs may write records while this one has the store open; a cache must then look again.</summary>
    bool Shared { get; }

    /// <summary>One record; null when there is none.</summary>
    Task<RecordRow?> FindAsync(string kind, string nameSpace, string key, CancellationToken cancel = default);

    /// <summary>Records in the order in which they were made.</summary>
    Task<IReadOnlyList<RecordRow>> ListAsync(RecordFilter filter, CancellationToken cancel = default);

    /// <summary>Makes all of the changes, durably, or none of them because a version was not the expected one. Says which.</summary>
    /// <param name="changes">Of different records.</param>
    Task<bool> WriteAsync(params IReadOnlyList<RecordChange> changes);
}
