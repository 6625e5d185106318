namespace Muster.Gateway.Colonies.Wire;

/// <summary>Graphics processors.</summary>
internal sealed record GpuWire
{
    /// <summary>The model.</summary>
    public string Name { get; init; } = "";

    /// <summary>Memory of each, like 24Gi.</summary>
    public string Mem { get; init; } = "";

    /// <summary>How many.</summary>
    public int Count { get; init; }

    /// <summary>How many on each machine; not kept.</summary>
    public int NodeCount { get; init; }
}
