namespace Muster.Workers.Flamenco.Updates;

/// <summary>Something that the manager is to be told about a task.</summary>
/// <param name="Number">Its place: what has a lower one is told first.</param>
/// <param name="Task">The task.</param>
/// <param name="Run">Which run of the task it is of; the same task may be run again.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Ends">Whether the manager takes the task for over or returned when it has heard this.</param>
/// <param name="Body">The update as JSON; empty for a return.</param>
internal sealed record QueuedItem(long Number, string Task, string Run, QueuedKind Kind, bool Ends, byte[] Body);
