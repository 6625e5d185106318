namespace Muster.Workers.Flamenco.Tasks;

/// <summary>A command did not do what it was to do; the task fails.</summary>
/// <param name="message">Why, in one sentence.</param>
internal sealed class CommandFailedException(string message) : Exception(message);
