namespace Muster.Workers.Conductor;

/// <summary>Thrown by a worker: the task failed, and to try it again would not help.</summary>
/// <param name="message">Why; becomes the reason of the task.</param>
/// <param name="inner">The cause.</param>
public sealed class TerminalTaskException(string message, Exception? inner = null) : Exception(message, inner);
