using Muster.Workers.Shared;

namespace Muster.Workers.Colonies;

/// <summary>Says something until the server has answered.</summary>
/// <param name="trouble">Where it is said that the server is away.</param>
/// <param name="clock">The time.</param>
internal sealed class Insistence(Trouble trouble, TimeProvider clock)
{
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)) { Jitter = 0.2 };

    /// <summary>Says it.</summary>
    /// <exception cref="RefusedException">The server said no.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task SayAsync(Func<CancellationToken, Task> say, CancellationToken cancel)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await say(cancel).ConfigureAwait(false);
                trouble.Over("The server answers again");
                return;
            }
            catch (UnreachableException e)
            {
                trouble.Is($"{e.Message}. It is asked again until it answers");
            }

            await WaitAsync(failures, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Waits after so many failures.</summary>
    public Task WaitAsync(int failures, CancellationToken cancel) => Task.Delay(Waits.After(failures, Random.Shared.NextDouble()), clock, cancel);
}
