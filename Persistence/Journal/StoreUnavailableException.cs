namespace Muster.Persistence.Journal;

/// <summary>The store did not answer, or its disk is full; the same write later will do, and whether this one happened has to be looked up.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the reason is a disk without space.</summary>
    public bool DiskFull { get; init; }
}
