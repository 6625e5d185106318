using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Submits in calls of many over HTTP; nothing runs.</summary>
internal sealed class BulkSubmit : IScenario
{
    private const int Callers = 4;

    public string Name => "bulk-submit";

    public string Explanation => "Submit N over HTTP in calls of --batch; nothing runs";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http, Concurrency = Math.Min(said.Concurrency, Callers) };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ProgramCluster.StartAsync(options, store, workers: false).ConfigureAwait(false);
        await WarmUp.SubmitAsync(cluster, options).ConfigureAwait(false);
        var ids = Submits.NewIds(options.Processes);
        var cpu = cluster.CpuSeconds;
        var start = Stopwatch.GetTimestamp();
        await Submits.InBatchesAsync(cluster, ids, options.Batch, options.Concurrency).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(start);
        var used = cluster.CpuSeconds - cpu;
        var verdict = await Verdict.OfSubmitsAsync(cluster, ids).ConfigureAwait(false);
        return new Measurement { PerSecond = ids.Length / took.TotalSeconds, Lost = verdict.Lost, CpuSeconds = used, PeakMb = cluster.PeakMb };
    }
}
