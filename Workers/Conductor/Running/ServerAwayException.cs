namespace Muster.Workers.Conductor.Running;

/// <summary>The server did not answer, or not what it should.</summary>
/// <param name="message">Why, in one line.</param>
/// <param name="inner">The cause.</param>
public sealed class ServerAwayException(string message, Exception? inner = null) : Exception(message, inner);
