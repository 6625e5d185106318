namespace Muster.Bench.Peers.Compare;

/// <summary>What is compared.</summary>
internal sealed record CompareOptions
{
    /// <summary>How many rounds are counted, after one to warm up.</summary>
    public required int Rounds { get; init; }

    /// <summary>How many processes a contestant is given; slow ones get their share of it.</summary>
    public required int Processes { get; init; }

    /// <summary>A part of the names of the contestants that take part; null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Where the stores are; its disk is what is measured.</summary>
    public required string Folder { get; init; }
}
