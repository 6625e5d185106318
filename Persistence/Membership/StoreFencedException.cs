namespace Muster.Persistence.Membership;

/// <summary>This node was removed from the cluster; nothing of it is written any more.</summary>
/// <param name="message">What happened.</param>
public sealed class StoreFencedException(string message) : Exception(message);
