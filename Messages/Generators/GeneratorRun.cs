namespace Muster.Messages.Generators;

/// <summary>Arguments that are taken together and whose work is to be submitted.</summary>
public sealed record GeneratorRun
{
    /// <summary>The number of the run, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The id of its work, derived from generator and number, so that it is submitted once.</summary>
    public required string Work { get; init; }

    /// <summary>How many of the oldest arguments it takes.</summary>
    public required int Take { get; init; }
}
