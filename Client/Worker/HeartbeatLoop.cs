using Microsoft.Extensions.Logging;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>Keeps the leases of all attempts, those that are due together in one request, and hears what the cluster wants of them.</summary>
internal sealed class HeartbeatLoop(AttemptCalls calls, AttemptTable table, TimeProvider clock, TimeSpan requestTimeout, Signal changed, ILogger log)
{
    /// <summary>With checkpoints of 64 KiB this many stay well below the body that the gateway takes.</summary>
    private const int BatchItems = 200;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var beating = table.All.Where(attempt => attempt.Beats).ToList();
            if (beating.Count == 0)
            {
                await changed.WaitAsync(Timeout.InfiniteTimeSpan, cancel);
                continue;
            }

            var now = clock.GetTimestamp();
            var first = beating.Min(attempt => attempt.NextBeat);
            if (first > now)
            {
                await changed.WaitAsync(clock.GetElapsedTime(now, first) + TimeSpan.FromMilliseconds(1), cancel);
                continue;
            }

            // Those that are due soon go along, so that attempts which began together do not drift apart into requests of their own.
            var due = beating.Where(attempt => clock.GetElapsedTime(now, attempt.NextBeat) <= attempt.BeatEvery / 4);
            foreach (var batch in due.Chunk(BatchItems))
            {
                await BeatAsync(batch, cancel);
            }
        }
    }

    private async Task BeatAsync(RunningAttempt[] batch, CancellationToken cancel)
    {
        // A request that hangs must leave time for another one within the lease.
        var timeout = batch.Min(attempt => attempt.BeatEvery);
        timeout = timeout < ShortestTimeout ? ShortestTimeout : timeout < requestTimeout ? timeout : requestTimeout;
        var sentAt = clock.GetTimestamp();
        var outcomes = await calls.BatchAsync("heartbeat", [.. batch.Select(attempt => attempt.TakeBeat(sentAt))], timeout, cancel);
        var missed = outcomes.Where(o => !o.Taken && !o.Over).Select(o => (ItemOutcome?)o).FirstOrDefault();
        var delay = TimeSpan.Zero;
        if (missed is { } miss)
        {
            delay = _backoff.Next(miss.RetryAfter);
            WorkerLog.NotTaken(log, "heartbeat", outcomes.Count(o => !o.Taken && !o.Over), delay, miss.Error?.Message);
        }
        else
        {
            _backoff.Reset();
        }

        for (var i = 0; i < batch.Length; i++)
        {
            Settle(batch[i], outcomes[i], sentAt, delay);
        }
    }

    private void Settle(RunningAttempt attempt, ItemOutcome outcome, long sentAt, TimeSpan delay)
    {
        if (outcome.Answer is { } answer)
        {
            attempt.Answered(sentAt, answer.Cancel, answer.Drain);
            attempt.BeatTaken();
        }
        else if (outcome.Over)
        {
            if (!attempt.HandlerEnded)
            {
                WorkerLog.Over(log, attempt.Key.Id, attempt.Key.Attempt, outcome.Error?.Message);
            }

            attempt.Stop(AttemptFate.Over);
        }
        else
        {
            if (outcome.Wrong && outcome.Error is { } wrong)
            {
                attempt.CheckpointRefused(wrong);
            }

            attempt.BeatMissed(delay);
        }
    }
}
