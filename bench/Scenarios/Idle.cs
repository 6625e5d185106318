using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>What a seed with a worker costs while nobody wants anything.</summary>
internal sealed class Idle : IScenario
{
    public string Name => "idle";

    public string Explanation => "CPU of a seed with a worker while there is no work for --seconds, and queries, where the store counts them";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ProgramCluster.StartAsync(options, store, workers: false, options.Slots).ConfigureAwait(false);
        await Task.Delay(options.Watch / 2).ConfigureAwait(false);
        var cpu = cluster.CpuSeconds;
        var storeCpu = store.CpuSeconds;
        var queries = await store.QueriesAsync().ConfigureAwait(false);
        await Task.Delay(options.Watch).ConfigureAwait(false);
        var used = cluster.CpuSeconds - cpu;
        var asked = await store.QueriesAsync().ConfigureAwait(false) - queries;
        return new Measurement
        {
            CpuSeconds = used,
            StoreCpuSeconds = store.CpuSeconds - storeCpu,
            PeakMb = cluster.PeakMb,
            Note = FormattableString.Invariant($"{100 * used / options.Watch.TotalSeconds:0.00} % of a core{(asked is { } n ? $", {60 * n / options.Watch.TotalSeconds:0} transactions a minute" : "")}"),
        };
    }
}
