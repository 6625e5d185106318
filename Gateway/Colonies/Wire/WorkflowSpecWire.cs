namespace Muster.Gateway.Colonies.Wire;

/// <summary>A graph of processes, as clients say it.</summary>
internal sealed record WorkflowSpecWire
{
    /// <summary>The colony of all of them.</summary>
    public string ColonyName { get; init; } = "";

    /// <summary>The nodes.</summary>
    public IReadOnlyList<FunctionSpecWire>? FunctionSpecs { get; init; }
}
