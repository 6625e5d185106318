namespace Muster.Engine.Processes.Rules;

/// <summary>What a decision depends on besides state and command.</summary>
/// <param name="Now">The time, in whole milliseconds rounded down, so that nothing fires early.</param>
/// <param name="Chance">A number in [0, 1) that decides the jitter of a retry.</param>
public readonly record struct Moment(DateTimeOffset Now, double Chance);
