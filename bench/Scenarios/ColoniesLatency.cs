using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>An executor of the Colonies dialect waits for work in a long poll, and somebody submits: how long until it has it.</summary>
internal sealed class ColoniesLatency : IScenario
{
    private const int WarmUps = 300;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(30);

    public string Name => "colonies-latency";

    public string Explanation => "On an idle cluster, time from the call that submits to the answer that a parked Colonies executor gets; --processes of them, at most 2,000";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http, Processes = Math.Min(said.Processes, 2_000), Concurrency = 1, Batch = 1 };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ColoniesCluster.StartAsync(options, store, executors: 2).ConfigureAwait(false);
        if (options.WarmUp)
        {
            await RoundsAsync(cluster, Math.Min(options.Processes, WarmUps), new Latencies(), []).ConfigureAwait(false);
        }

        var (times, closed) = (new Latencies(), new HashSet<string>());
        await RoundsAsync(cluster, options.Processes, times, closed).ConfigureAwait(false);
        return new Measurement { P50Ms = times.At(0.5), P99Ms = times.At(0.99), Lost = options.Processes - closed.Count, Duplicates = 0, PeakMb = cluster.Program.PeakMb };
    }

    private static async Task RoundsAsync(ColoniesCluster cluster, int rounds, Latencies times, HashSet<string> closed)
    {
        var (executor, submitter) = (cluster.Executors[0], cluster.Executors[1]);
        for (var i = 0; i < rounds; i++)
        {
            var asked = executor.AssignAsync(ColoniesCluster.Colony);
            // Parked by then, and not in step with anything that happens at fixed times.
            await Task.Delay(Between * (0.5 + Random.Shared.NextDouble())).ConfigureAwait(false);
            var sent = Stopwatch.GetTimestamp();
            var submitted = submitter.SubmitAsync(ColoniesCluster.Colony);
            var id = await asked.ConfigureAwait(false);
            times.Add(sent, Stopwatch.GetTimestamp());
            await submitted.ConfigureAwait(false);
            await executor.CloseAsync(id).ConfigureAwait(false);
            closed.Add(id);
        }
    }
}
