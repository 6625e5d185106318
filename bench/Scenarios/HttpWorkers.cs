using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Processes that wait already are run by workers outside, in calls of many or of one.</summary>
internal sealed class HttpWorkers : IScenario
{
    private const int SubmitBatch = 1_000;
    private const int Callers = 4;
    private const int Most = 200;

    public string Name => "http-workers";

    public string Explanation => "N waiting processes, run by workers outside with calls for --batch processes (at most 200), or 1";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http, Batch = Math.Min(said.Batch, Most), Concurrency = said.Batch == 1 ? said.Concurrency : Math.Min(said.Concurrency, Callers) };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ProgramCluster.StartAsync(options, store, workers: false).ConfigureAwait(false);
        await WarmUp.SubmitAsync(cluster, options).ConfigureAwait(false);
        await using (new OutsideWorkers(cluster.Gateway, cluster.Book, options))
        {
            await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        }

        var ids = Submits.NewIds(options.Processes);
        await Submits.InBatchesAsync(cluster, ids, SubmitBatch, Callers).ConfigureAwait(false);
        var cpu = cluster.CpuSeconds;
        var start = Stopwatch.GetTimestamp();
        await using var workers = new OutsideWorkers(cluster.Gateway, cluster.Book, options);
        await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(start);
        var used = cluster.CpuSeconds - cpu;
        var verdict = await Verdict.OfRunAsync(cluster, ids).ConfigureAwait(false);
        return new Measurement { PerSecond = ids.Length / took.TotalSeconds, Lost = verdict.Lost, Duplicates = verdict.Duplicates, CpuSeconds = used, PeakMb = cluster.PeakMb };
    }
}
