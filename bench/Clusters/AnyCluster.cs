using Muster.Bench.Stores;

namespace Muster.Bench.Clusters;

/// <summary>Starts the cluster that the options ask for, with somebody to do the work.</summary>
internal static class AnyCluster
{
    public static async Task<BenchCluster> StartAsync(BenchOptions options, IBenchStore store) => options.Transport == Transport.Cluster
        ? await HostedCluster.StartAsync(options, store).ConfigureAwait(false)
        : await ProgramCluster.StartAsync(options, store, workers: true).ConfigureAwait(false);
}
