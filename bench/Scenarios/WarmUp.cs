using Muster.Bench.Clusters;

namespace Muster.Bench.Scenarios;

/// <summary>Has what is hot compiled, in the programs that are measured then: a program compiles anew at each start.</summary>
internal static class WarmUp
{
    private const int Processes = 5_000;
    private const int Batch = 1_000;
    private const int AtOnce = 64;

    /// <summary>Submits some and has them run, as the measured ones are.</summary>
    public static async Task RunAsync(BenchCluster cluster, BenchOptions options)
    {
        if (options.WarmUp)
        {
            await Submits.OneByOneAsync(cluster, Submits.NewIds(Math.Min(Processes, options.Processes)), AtOnce).ConfigureAwait(false);
            await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        }
    }

    /// <summary>Submits some over HTTP; who runs them, or nobody, is up to the scenario.</summary>
    public static async Task SubmitAsync(BenchCluster cluster, BenchOptions options)
    {
        if (options.WarmUp)
        {
            await Submits.InBatchesAsync(cluster, Submits.NewIds(Math.Min(Processes, options.Processes)), Batch, options.Concurrency).ConfigureAwait(false);
        }
    }
}
