namespace Muster.Gateway.Colonies.Wire;

/// <summary>A log message.</summary>
/// <param name="ProcessId">The process; empty for none.</param>
/// <param name="ColonyName">The colony.</param>
/// <param name="ExecutorName">Who wrote it.</param>
/// <param name="Message">What it says.</param>
/// <param name="Timestamp">When, in nanoseconds since 1970.</param>
internal sealed record LogWire(string ProcessId, string ColonyName, string ExecutorName, string Message, long Timestamp);
