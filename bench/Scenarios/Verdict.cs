using Muster.Bench.Clusters;
using Muster.Client;

namespace Muster.Bench.Scenarios;

/// <summary>What became of every id.</summary>
/// <param name="Lost">Acknowledged, and not succeeded in the store or never run.</param>
/// <param name="Duplicates">Run more than once.</param>
internal readonly record struct Verdict(int Lost, int Duplicates)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Ends when the store shows none unfinished.</summary>
    public static async Task NoneUnfinishedAsync(BenchCluster cluster)
    {
        using var timer = new PeriodicTimer(Look);
        while (await cluster.UnfinishedAsync().ConfigureAwait(false) > 0)
        {
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Compares what was acknowledged with the store and with what was run.</summary>
    public static async Task<Verdict> OfRunAsync(BenchCluster cluster, string[] acknowledged)
    {
        await cluster.CollectAsync().ConfigureAwait(false);
        var succeeded = await cluster.IdsAsync(ProcessStatus.Succeeded).ConfigureAwait(false);
        return new Verdict(
            acknowledged.Count(id => !succeeded.Contains(id) || cluster.Book.Runs(id) == 0),
            acknowledged.Count(id => cluster.Book.Runs(id) > 1));
    }

    /// <summary>Compares what was acknowledged with the store, where nothing is run.</summary>
    public static async Task<Verdict> OfSubmitsAsync(BenchCluster cluster, string[] acknowledged)
    {
        var there = await cluster.IdsAsync().ConfigureAwait(false);
        return new Verdict(acknowledged.Count(id => !there.Contains(id)), 0);
    }
}
