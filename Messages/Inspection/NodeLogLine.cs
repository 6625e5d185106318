namespace Muster.Messages.Inspection;

/// <summary>A line that a node has logged.</summary>
/// <param name="Number">Its number on this node, from 1.</param>
/// <param name="At">When.</param>
/// <param name="Level">How important it is: trace, debug, information, warning, error or critical.</param>
/// <param name="Logger">Who says it.</param>
/// <param name="Event">The number of the kind of line; 0 for none.</param>
/// <param name="Text">What it says, with what went wrong on further lines.</param>
public sealed record NodeLogLine(long Number, DateTimeOffset At, string Level, string Logger, int Event, string Text);
