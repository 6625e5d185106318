namespace Muster.Engine.Schedules;

/// <summary>How a submission went.</summary>
/// <param name="Refusal">Why it was refused; null when it was taken.</param>
/// <param name="Again">Whether the same later may be taken.</param>
internal sealed record LaunchAnswer(string? Refusal, bool Again);
