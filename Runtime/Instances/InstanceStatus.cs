using System.Collections.Immutable;

namespace Muster.Runtime.Instances;

/// <summary>What is known of an instance at a moment.</summary>
public sealed record InstanceStatus
{
    /// <summary>What was asked for. After a restart of the node it has neither secrets nor code.</summary>
    public required InstanceSpec Spec { get; init; }

    /// <summary>What it is doing.</summary>
    public required InstanceState State { get; init; }

    /// <summary>Why, in words for people; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The number of its process; null before it has one.</summary>
    public int? Pid { get; init; }

    /// <summary>The exit code of one that ended by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it.</summary>
    public int? Signal { get; init; }

    /// <summary>Whether the node asked it to end.</summary>
    public bool Stopped { get; init; }

    /// <summary>Whether it was started by an earlier life of this node and found again.</summary>
    public bool Adopted { get; init; }

    /// <summary>The last lines that it wrote, when it has ended or is unhealthy.</summary>
    public ImmutableArray<string> LastLines { get; init; } = [];

    /// <summary>Limits that this node cannot enforce, each with the reason.</summary>
    public ImmutableArray<string> NotEnforced { get; init; } = [];
}
