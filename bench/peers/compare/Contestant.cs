namespace Muster.Bench.Peers.Compare;

/// <summary>A system in one of its variants, and how it is run.</summary>
internal sealed record Contestant
{
    /// <summary>What the table calls it.</summary>
    public required string Name { get; init; }

    public required Contract Contract { get; init; }

    public required StoreServer Server { get; init; }

    /// <summary>What it is a program of.</summary>
    public required string Family { get; init; }

    /// <summary>The program and its arguments up to the options that all have.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>How a scenario is named in the command.</summary>
    public required Func<string, IReadOnlyList<string>> Scenario { get; init; }

    /// <summary>The contestant whose rate it is divided by.</summary>
    public required string RatioTo { get; init; }

    /// <summary>Submits in flight.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Its part of the processes: a slow one gets fewer, so that a round stays short.</summary>
    public double Share { get; init; } = 1;

    /// <summary>What has to be there before it can run.</summary>
    public IReadOnlyList<string> Needs => Server switch
    {
        StoreServer.PostgresDatabase or StoreServer.PostgresServer => [Family, Requirement.PostgreSql],
        StoreServer.RedisAlways or StoreServer.RedisEverySecond => [Family, Requirement.Redis],
        _ => [Family],
    };

    public LatencyPace Latency { get; init; } = new(Processes: 200);
}
