namespace Muster.Seed.Run;

/// <summary>The file of a run is wrong; the message says where.</summary>
/// <param name="message">What is wrong.</param>
public sealed class RunFileException(string message) : Exception(message);
