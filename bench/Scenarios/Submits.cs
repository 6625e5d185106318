using Muster.Bench.Clusters;
using Muster.Messages;

namespace Muster.Bench.Scenarios;

/// <summary>Ways to submit.</summary>
internal static class Submits
{
    /// <summary>New ids.</summary>
    public static string[] NewIds(int count) => [.. Enumerable.Range(0, count).Select(_ => Ids.New(TimeProvider.System))];

    /// <summary>One by one, so many at a time; ends when all are acknowledged.</summary>
    public static async Task OneByOneAsync(BenchCluster cluster, string[] ids, int atOnce)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < ids.Length)
            {
                await cluster.SubmitAsync(ids[i]).ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
    }

    /// <summary>In calls of many, so many calls at a time; ends when all are acknowledged.</summary>
    public static Task InBatchesAsync(BenchCluster cluster, string[] ids, int batch, int atOnce) =>
        Parallel.ForEachAsync(ids.Chunk(batch), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (chunk, _) => await cluster.SubmitManyAsync(chunk).ConfigureAwait(false));
}
