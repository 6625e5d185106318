namespace Muster.Workers.Colonies;

/// <summary>The server could not be asked, or its answer did not come or was none of the protocol: nobody knows whether it did what it was told.</summary>
/// <param name="message">How.</param>
/// <param name="inner">The cause.</param>
public sealed class UnreachableException(string message, Exception? inner = null) : Exception(message, inner);
