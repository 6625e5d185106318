namespace Muster.Tests.Unit.Simulation;

/// <summary>Something happened that must never happen.</summary>
/// <param name="invariant">Its number among the invariants.</param>
/// <param name="message">What happened.</param>
internal sealed class BrokenInvariantException(string invariant, string message) : Exception($"{invariant} is broken: {message}");
