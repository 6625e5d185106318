namespace Muster.Persistence.Moving;

/// <summary>A store cannot be moved; nothing was changed. The message says why, and what to do.</summary>
public sealed class StoreMoveException(string message) : Exception(message);
