using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>How long a seed takes from its start until it can serve.</summary>
internal sealed class Startup : IScenario
{
    private const int Callers = 4;

    public string Name => "startup";

    public string Explanation => "Time from the start of a seed until it is ready, with N waiting processes in its store, 0 for an empty one; --runs starts in each run";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using (var first = await ProgramCluster.StartAsync(options, store, workers: false).ConfigureAwait(false))
        {
            await Submits.InBatchesAsync(first, Submits.NewIds(options.Processes), options.Batch, Callers).ConfigureAwait(false);
        }

        var times = new Latencies();
        var waiting = 0L;
        for (var i = 0; i < options.Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await using var cluster = await ProgramCluster.StartAsync(options, store, workers: false).ConfigureAwait(false);
            times.Add(start, Stopwatch.GetTimestamp());
            waiting = await cluster.UnfinishedAsync().ConfigureAwait(false);
        }

        return new Measurement { P50Ms = times.At(0.5), P99Ms = times.At(0.99), Lost = options.Processes - (int)waiting };
    }
}
