using Muster.Messages.Generators;

namespace Muster.Persistence.ReadModel;

/// <summary>A generator as its row shows it: exact from the moment a command is acknowledged.</summary>
public sealed record GeneratorRow
{
    /// <summary>The identity.</summary>
    public required GeneratorId Id { get; init; }

    /// <summary>How many arguments make a run, and of what.</summary>
    public required GeneratorSpec Spec { get; init; }

    /// <summary>How far it is.</summary>
    public required GeneratorProgress Progress { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When its row changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
