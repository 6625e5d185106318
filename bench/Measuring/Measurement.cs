namespace Muster.Bench.Measuring;

/// <summary>What one run of a scenario came to. Null is not measured by it.</summary>
internal sealed record Measurement
{
    /// <summary>Processes a second, from the first submit until the store shows none unfinished; or what the scenario counts.</summary>
    public double? PerSecond { get; init; }

    /// <summary>The same for the submits alone.</summary>
    public double? SubmitPerSecond { get; init; }

    /// <summary>The median time, in milliseconds, of what the scenario times.</summary>
    public double? P50Ms { get; init; }

    /// <summary>The time, in milliseconds, that one in a hundred takes longer than.</summary>
    public double? P99Ms { get; init; }

    /// <summary>Acknowledged, and not in the store or never run.</summary>
    public int Lost { get; init; }

    /// <summary>Run more than once.</summary>
    public int Duplicates { get; init; }

    /// <summary>CPU time of all programs of the cluster, in seconds; with submits and workers, where these are members of it.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>CPU time of the PostgreSQL server, in seconds.</summary>
    public double? StoreCpuSeconds { get; init; }

    /// <summary>The most memory that the seed held, in megabytes.</summary>
    public double? PeakMb { get; init; }

    /// <summary>What else is worth knowing, in words.</summary>
    public string? Note { get; init; }
}
