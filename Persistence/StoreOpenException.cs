namespace Muster.Persistence;

/// <summary>The store cannot be opened; the message says why and what to do.</summary>
public sealed class StoreOpenException(string message, Exception? inner = null) : Exception(message, inner);
