using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Submits all one by one while workers run them, until the store shows none unfinished.</summary>
internal sealed class BurnDown : IScenario
{
    public string Name => "burn-down";

    public string Explanation => "Submit N one by one while workers run them, until the store shows none unfinished";

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await AnyCluster.StartAsync(options, store).ConfigureAwait(false);
        await WarmUp.RunAsync(cluster, options).ConfigureAwait(false);
        var ids = Submits.NewIds(options.Processes);
        var cpu = cluster.CpuSeconds;
        var storeCpu = store.CpuSeconds;
        var start = Stopwatch.GetTimestamp();
        await Submits.OneByOneAsync(cluster, ids, options.Concurrency).ConfigureAwait(false);
        var submitted = Stopwatch.GetElapsedTime(start);
        await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        var all = Stopwatch.GetElapsedTime(start);
        var measured = new Measurement
        {
            PerSecond = ids.Length / all.TotalSeconds,
            SubmitPerSecond = ids.Length / submitted.TotalSeconds,
            CpuSeconds = cluster.CpuSeconds - cpu,
            StoreCpuSeconds = store.CpuSeconds - storeCpu,
            PeakMb = cluster.PeakMb,
        };
        var verdict = await Verdict.OfRunAsync(cluster, ids).ConfigureAwait(false);
        return measured with { Lost = verdict.Lost, Duplicates = verdict.Duplicates };
    }
}
