namespace Muster.Bench.Peers.Compare;

/// <summary>What a contestant has come to so far.</summary>
internal sealed class Standing(Contestant contestant, int processes)
{
    private readonly List<Measurement> _burnDowns = [];
    private readonly List<Measurement> _latencies = [];
    private readonly List<string> _failures = [];

    public Contestant Contestant { get; } = contestant;

    /// <summary>How many processes it is given in each round.</summary>
    public int Processes { get; } = processes;

    public Spread? PerSecond => Spread.Of(_burnDowns.Select(m => m.PerSecond));

    public Spread? SubmitPerSecond => Spread.Of(_burnDowns.Select(m => m.SubmitPerSecond));

    public Spread? P50Ms => Spread.Of(_latencies.Select(m => m.P50Ms));

    public Spread? P99Ms => Spread.Of(_latencies.Select(m => m.P99Ms));

    /// <summary>Submitted and never run, in all rounds.</summary>
    public int Lost => _burnDowns.Concat(_latencies).Sum(m => m.Lost);

    /// <summary>Run more than once, in all rounds.</summary>
    public int Duplicates => _burnDowns.Concat(_latencies).Sum(m => m.Duplicates);

    /// <summary>Why runs of it gave no figure.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public void Add(Scenario scenario, Measurement measurement) => (scenario == Scenario.BurnDown ? _burnDowns : _latencies).Add(measurement);

    public void Failed(string reason) => _failures.Add(reason);
}
