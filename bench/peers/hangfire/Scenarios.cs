using System.Diagnostics;
using Hangfire;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>What is done with Hangfire. Its workers run from the start.</summary>
internal sealed class Scenarios(IBackgroundJobClient client, IHangfireStore store, Ledger ledger, PeerOptions options)
{
    /// <summary>A store that shows no progress for so long will show none: the longest poll is 15 s.</summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(60);

    /// <summary>How often the store is asked: seldom while handlers still run, so that asking is no load, then often enough to see the end.</summary>
    private static readonly TimeSpan AskWhileRunning = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AskAtTheEnd = TimeSpan.FromMilliseconds(2);

    /// <summary>How much of the pause between two submits to an idle system is chance, so that they do not fall into step with a poll.</summary>
    private const double Jitter = 0.4;

    private readonly string _payload = new('x', options.Payload);

    /// <summary>Does the scenario that was asked for with the ids from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public Task<Outcome> RunAsync(int first, int end) => options.Scenario == "latency" ? LatencyAsync(first, end) : BurnDownAsync(first, end);

    /// <summary>Submits one by one, as many in flight as asked for, and waits until the store shows none unfinished.</summary>
    private async Task<Outcome> BurnDownAsync(int first, int end)
    {
        var began = Stopwatch.GetTimestamp();
        var next = first - 1;
        // Its client blocks until the store has answered: a submit in flight is a thread.
        await Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Factory.StartNew(() =>
        {
            for (var id = Interlocked.Increment(ref next); id < end; id = Interlocked.Increment(ref next))
            {
                Submit(id);
            }
        }, TaskCreationOptions.LongRunning)));
        var submitting = Stopwatch.GetElapsedTime(began);
        var unfinished = await UntilTheStoreIsEmpty(end);
        return new Outcome(submitting, Stopwatch.GetElapsedTime(began), unfinished);
    }

    /// <summary>Submits to an idle system, one at a time with a pause before each.</summary>
    private async Task<Outcome> LatencyAsync(int first, int end)
    {
        var began = Stopwatch.GetTimestamp();
        var submitting = TimeSpan.Zero;
        for (var id = first; id < end; id++)
        {
            await Task.Delay(options.Pause * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))));
            var before = Stopwatch.GetTimestamp();
            Submit(id);
            submitting += Stopwatch.GetElapsedTime(before);
        }

        var unfinished = await UntilTheStoreIsEmpty(end);
        return new Outcome(submitting, Stopwatch.GetElapsedTime(began), unfinished);
    }

    private void Submit(int id)
    {
        ledger.Submitting(id);
        client.Enqueue<Work>(work => work.Run(id, _payload));
    }

    /// <summary>Asks the store, not the handlers; gives what was still unfinished when it was clear that nothing moves.</summary>
    private async Task<long> UntilTheStoreIsEmpty(int end)
    {
        var everyoneRan = ledger.UntilRan(end);
        var seen = (Unfinished: long.MaxValue, Ran: -1);
        var moved = Stopwatch.GetTimestamp();
        while (true)
        {
            var now = (Unfinished: await store.UnfinishedAsync(end), ledger.Ran);
            if (now.Unfinished == 0)
            {
                return 0;
            }

            if (now != seen)
            {
                (seen, moved) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(moved) > Stalled)
            {
                return now.Unfinished;
            }

            await (everyoneRan.IsCompleted ? Task.Delay(AskAtTheEnd) : Task.WhenAny(Task.Delay(AskWhileRunning), everyoneRan));
        }
    }
}
