namespace Muster.Seed;

/// <summary>A setting is wrong; the message says which and what to do.</summary>
/// <param name="message">What is wrong.</param>
public sealed class SettingException(string message) : Exception(message);
