using Muster.Messages.Processes;

namespace Muster.Runtime.Instances;

/// <summary>What an instance keeps of an attempt for the node, so that a later life of the node can go on with it.</summary>
internal sealed record InstanceCarry
{
    /// <summary>The queue that it came from.</summary>
    public required string Queue { get; init; }

    /// <summary>The lease, in seconds; 0 without.</summary>
    public required double Lease { get; init; }

    public static InstanceCarry Of(ProcessSpec spec) => new() { Queue = spec.Queue, Lease = spec.Limits.Lease.TotalSeconds };

    /// <summary>As much of the spec as a pool needs to go on.</summary>
    public ProcessSpec Spec() => new() { Queue = Queue, Limits = new Limits { Lease = TimeSpan.FromSeconds(Lease) } };
}
