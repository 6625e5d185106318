namespace Muster.Messages.Deployments;

/// <summary>What each instance may use, and what its node must have left for it. Absent does not limit.</summary>
public sealed record InstanceResources
{
    /// <summary>Memory, in bytes; at least 16 MiB.</summary>
    public long? Memory { get; init; }

    /// <summary>Processors; 0.05 is a twentieth of one.</summary>
    public double? Cpu { get; init; }

    /// <summary>Open files of each of its processes; at least 16.</summary>
    public int? OpenFiles { get; init; }
}
