namespace Muster.Persistence.Journal;

/// <summary>An append failed for a reason of its own, for instance a sequence number that exists already.</summary>
public sealed class JournalWriteException(string message, Exception? inner = null) : Exception(message, inner);
