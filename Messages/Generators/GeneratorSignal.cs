namespace Muster.Messages.Generators;

/// <summary>What the cluster itself says to a generator.</summary>
public abstract record GeneratorSignal : IMusterMessage, IForGenerator
{
    /// <inheritdoc />
    public required GeneratorId Generator { get; init; }

    /// <summary>Its time-out may be over, or a run may wait to be submitted. May be said twice.</summary>
    public sealed record Wake : GeneratorSignal;
}
