namespace Muster.Messages.Inspection;

/// <summary>A level of loggers that was changed for a while.</summary>
/// <param name="Logger">The beginning of their names; empty for all that have no level of their own.</param>
/// <param name="Minimum">What they log at least.</param>
/// <param name="Until">When it ends.</param>
public sealed record LevelChange(string Logger, string Minimum, DateTimeOffset Until);
