namespace Muster.Engine.Schedules.Rules;

/// <summary>A slot of a timetable.</summary>
/// <param name="At">Its time in the timetable.</param>
/// <param name="Due">When it runs: its time and its jitter.</param>
public readonly record struct Slot(DateTimeOffset At, DateTimeOffset Due);
