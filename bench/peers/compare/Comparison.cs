using System.Globalization;
using Muster.Bench.Peers.Compare.Servers;

namespace Muster.Bench.Peers.Compare;

/// <summary>The rounds: in each of them every contestant in turn, so that what the machine does meanwhile meets all alike.</summary>
internal sealed class Comparison(CompareOptions options, StoreServers servers, string folder)
{
    /// <summary>The first round only makes sure that everything has been in memory once.</summary>
    private const double WarmUpShare = 0.1;

    /// <summary>Fewer say nothing.</summary>
    private const int Least = 20;

    public async Task<IReadOnlyList<Standing>> RunAsync(IReadOnlyList<Contestant> contestants, CancellationToken cancel)
    {
        Standing[] standings = [.. contestants.Select(contestant => new Standing(contestant, Part(options.Processes * contestant.Share)))];
        foreach (var standing in standings)
        {
            await MeasureAsync(standing, Scenario.BurnDown, Part(standing.Processes * WarmUpShare), round: "warm-up", _ => { }, cancel);
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var standing in standings)
            {
                var title = string.Create(CultureInfo.InvariantCulture, $"round {round} of {options.Rounds}");
                await MeasureAsync(standing, Scenario.BurnDown, standing.Processes, title, measurement => standing.Add(Scenario.BurnDown, measurement), cancel);
                await MeasureAsync(standing, Scenario.Latency, standing.Contestant.Latency.Processes, title, measurement => standing.Add(Scenario.Latency, measurement), cancel);
            }
        }

        return standings;
    }

    private async Task MeasureAsync(Standing standing, Scenario scenario, int processes, string round, Action<Measurement> keep, CancellationToken cancel)
    {
        var contestant = standing.Contestant;
        cancel.ThrowIfCancellationRequested();
        try
        {
            var run = new ContestantRun(contestant, scenario, processes, folder);
            var measurement = await servers.WithFreshAsync(contestant.Server, store => run.MeasureAsync(store, cancel), cancel);
            keep(measurement);
            Console.Error.WriteLine(scenario == Scenario.BurnDown
                ? string.Create(CultureInfo.InvariantCulture, $"{round}: {contestant.Name}: {processes:n0} at {measurement.PerSecond:n0} per second, submitted at {measurement.SubmitPerSecond:n0}")
                : string.Create(CultureInfo.InvariantCulture, $"{round}: {contestant.Name}: started after {measurement.P50Ms:n1} ms, p99 {measurement.P99Ms:n1} ms"));
        }
        catch (Refusal refusal)
        {
            standing.Failed($"{round}: {refusal.Message}");
            Console.Error.WriteLine($"{round}: {contestant.Name}: FAILED: {refusal.Message}");
        }
    }

    private static int Part(double processes) => Math.Max(Least, (int)processes);
}
