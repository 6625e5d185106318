namespace Muster.Workers.Flamenco.Wire;

/// <summary>The manager did not answer.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">The cause.</param>
internal sealed class ManagerAwayException(string message, Exception inner) : Exception(message, inner);
