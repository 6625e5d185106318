using Muster.Tests.Support;

namespace Muster.Tests.Cluster.Client;

/// <summary>Nothing here takes long; what does is reported instead of waited for.</summary>
internal static class InTime
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60 * Eventually.Slow);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Limit);

    /// <summary>The first items of a sequence that may go on for ever.</summary>
    public static async Task<IReadOnlyList<T>> FirstAsync<T>(this IAsyncEnumerable<T> items, int count)
    {
        using var late = new CancellationTokenSource(Limit);
        var seen = new List<T>();
        await foreach (var item in items.WithCancellation(late.Token))
        {
            seen.Add(item);
            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }

    /// <summary>All items of a sequence that ends.</summary>
    public static Task<IReadOnlyList<T>> AllAsync<T>(this IAsyncEnumerable<T> items) => items.FirstAsync(int.MaxValue);
}
