namespace Muster.Workers.Conductor;

/// <summary>A line for the log of a task.</summary>
/// <param name="Log">The line.</param>
/// <param name="CreatedTime">When, in milliseconds since 1970.</param>
public sealed record TaskLog(string Log, long CreatedTime);
