namespace Muster.Engine.Feeds;

/// <summary>A subscriber was cut off because it did not take what waited for it. It has lost transitions: it looks at the tables and subscribes anew.</summary>
/// <param name="waiting">How many transitions waited.</param>
public sealed class SubscriberTooSlowException(int waiting)
    : Exception($"This subscriber was cut off: {waiting} transitions waited for it, and it did not take them. Look at the process again, and subscribe anew.");
