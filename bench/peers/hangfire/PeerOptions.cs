namespace Muster.Bench.Peers.Hangfire;

/// <summary>What is measured: the same options as every other contestant has.</summary>
internal sealed record PeerOptions
{
    /// <summary>Where Hangfire keeps its jobs: <c>postgres</c> or <c>memory</c>.</summary>
    public required string Store { get; init; }

    /// <summary><c>burn-down</c> or <c>latency</c>.</summary>
    public required string Scenario { get; init; }

    /// <summary>How many jobs.</summary>
    public required int Processes { get; init; }

    /// <summary>How many submits are in flight at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Characters of the argument of each job.</summary>
    public required int Payload { get; init; }

    /// <summary>Between two submits to an idle system, about.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>The empty database, as <c>postgres://user@host:port/database</c>.</summary>
    public string? Postgres { get; init; }

    /// <summary>Whether it runs as its documentation tunes it, and not with its defaults.</summary>
    public required bool Tuned { get; init; }
}
