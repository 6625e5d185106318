using Microsoft.Extensions.Time.Testing;

namespace Muster.Tests.Client;

/// <summary>Waits for conditions; the limit is only for a test that fails.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Lets a clock run until something has happened. Between its steps real requests have time to be answered.</summary>
    public static async Task<T> RunUntilAsync<T>(this FakeTimeProvider clock, Task<T> task, TimeSpan? step = null)
    {
        await clock.RunUntilAsync((Task)task, step);
        return await task;
    }

    public static async Task RunUntilAsync(this FakeTimeProvider clock, Task task, TimeSpan? step = null)
    {
        using var late = new CancellationTokenSource(Limit);
        while (!task.IsCompleted)
        {
            late.Token.ThrowIfCancellationRequested();
            clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(task, Task.Delay(5, late.Token));
        }

        await task;
    }
}
