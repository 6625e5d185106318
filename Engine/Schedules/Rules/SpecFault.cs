namespace Muster.Engine.Schedules.Rules;

/// <summary>What is wrong with a schedule.</summary>
/// <param name="Field">The field of <see cref="Messages.Schedules.ScheduleSpec"/> that is to blame, in the spelling of the API.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record SpecFault(string Field, string Message);
