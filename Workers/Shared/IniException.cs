namespace Muster.Workers.Shared;

/// <summary>An INI file that cannot be understood.</summary>
/// <param name="message">Says the file, the line, and what is wrong.</param>
public sealed class IniException(string message) : Exception(message);
