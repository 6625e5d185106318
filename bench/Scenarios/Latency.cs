using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>One process at a time on an idle cluster: how long from the submit until its handler starts.</summary>
internal sealed class Latency : IScenario
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    public string Name => "latency";

    public string Explanation => "On an idle cluster, time from a submit to the start of its handler; --processes of them, at most 500";

    public BenchOptions Options(BenchOptions said) => said with { Processes = Math.Min(said.Processes, 500), Batch = 1, Concurrency = said.Transport == Transport.Http ? 4 : said.Concurrency };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await AnyCluster.StartAsync(options, store).ConfigureAwait(false);
        await WarmUp.RunAsync(cluster, options).ConfigureAwait(false);
        var ids = Submits.NewIds(options.Processes);
        var sent = new Dictionary<string, long>();
        var times = new Latencies();
        foreach (var id in ids)
        {
            // Not in step with anything that happens at fixed times.
            await Task.Delay(Between * (0.5 + Random.Shared.NextDouble())).ConfigureAwait(false);
            sent[id] = Stopwatch.GetTimestamp();
            await cluster.SubmitAsync(id).ConfigureAwait(false);
        }

        await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        var verdict = await Verdict.OfRunAsync(cluster, ids).ConfigureAwait(false);
        foreach (var (id, at) in sent)
        {
            times.Add(at, cluster.Book.FirstAt(id) ?? long.MaxValue);
        }

        return new Measurement { P50Ms = times.At(0.5), P99Ms = times.At(0.99), Lost = verdict.Lost, Duplicates = verdict.Duplicates, PeakMb = cluster.PeakMb };
    }
}
