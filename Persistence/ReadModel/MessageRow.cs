namespace Muster.Persistence.ReadModel;

/// <summary>A log line, whose it is and when it was written.</summary>
/// <param name="Process">The id of the process; null when it is of none.</param>
/// <param name="Attempt">The attempt that wrote it; 0 when it is of no process.</param>
/// <param name="Executor">Who wrote it as a message of its own; null for the output of a command.</param>
/// <param name="Time">When, in nanoseconds since 1970; for the output of a command as exact as milliseconds.</param>
/// <param name="Text">The line.</param>
public sealed record MessageRow(string? Process, int Attempt, string? Executor, long Time, string Text);
