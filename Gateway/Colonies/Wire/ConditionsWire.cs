using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>Who may take a process, as clients say it.</summary>
internal sealed record ConditionsWire
{
    /// <summary>The colony.</summary>
    public string ColonyName { get; init; } = "";

    /// <summary>Names of executors, any of which will do; null or none for all of the type.</summary>
    public IReadOnlyList<string>? ExecutorNames { get; init; }

    /// <summary>The type that the executor must be of.</summary>
    public string ExecutorType { get; init; } = "";

    /// <summary>Where the executor must be; empty for anywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LocationName { get; init; }

    /// <summary>Names of the nodes that must have succeeded before.</summary>
    public IReadOnlyList<string>? Dependencies { get; init; }

    /// <summary>How many machines it needs.</summary>
    public int Nodes { get; init; }

    /// <summary>Processors, like 500m.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>How many operating-system processes it starts.</summary>
    public int Processes { get; init; }

    /// <summary>How many of them on each machine.</summary>
    public int ProcessesPerNode { get; init; }

    /// <summary>Memory, like 10Gi.</summary>
    public string Mem { get; init; } = "";

    /// <summary>Disk, like 10Gi.</summary>
    public string Storage { get; init; } = "";

    /// <summary>Graphics processors.</summary>
    public GpuWire? Gpu { get; init; }

    /// <summary>How long it is expected to take, in seconds; nothing depends on it.</summary>
    public long WallTime { get; init; }
}
