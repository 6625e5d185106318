using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>What a seed holds in memory while many processes wait.</summary>
internal sealed class Memory : IScenario
{
    private const int Callers = 4;

    public string Name => "memory";

    public string Explanation => "Memory of the seed with N waiting processes, at its peak and half of --seconds after the last submit";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ProgramCluster.StartAsync(options, store, workers: false).ConfigureAwait(false);
        var ids = Submits.NewIds(options.Processes);
        await Submits.InBatchesAsync(cluster, ids, options.Batch, Callers).ConfigureAwait(false);
        var settle = options.Watch / 2;
        await Task.Delay(settle).ConfigureAwait(false);
        var after = cluster.Mb;
        var peak = cluster.PeakMb;
        var waiting = await cluster.UnfinishedAsync().ConfigureAwait(false);
        return new Measurement { PeakMb = peak, Lost = ids.Length - (int)waiting, Note = FormattableString.Invariant($"{after:0} MB after {settle.TotalSeconds:0} s") };
    }
}
