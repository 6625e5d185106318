namespace Muster.Messages.Processes;

/// <summary>One attempt of one process.</summary>
/// <param name="Process">The process.</param>
/// <param name="Attempt">The number of the attempt, from 1; the fencing token.</param>
public readonly record struct AttemptRef(ProcessId Process, int Attempt);
