namespace Muster.Messages.Generators;

/// <summary>A message that is routed to a generator.</summary>
public interface IForGenerator
{
    /// <summary>Which generator it is for.</summary>
    GeneratorId Generator { get; }
}
