using Microsoft.Extensions.Logging;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>Tells the cluster how attempts ended, again and again until it has answered, several in one request when several are ready.</summary>
internal sealed class EndLoop(AttemptCalls calls, AttemptTable table, TimeProvider clock, Signal freed, ILogger log)
{
    private const int BatchItems = 1000;

    /// <summary>A quarter of the body that the gateway takes.</summary>
    private const int BatchBytes = 8 * 1024 * 1024;

    /// <summary>A process whose gateway breaks over it this often is damaged; an operator has to look.</summary>
    private const int MostBroken = 10;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<AttemptEnd> _ends = [];
    private readonly Signal _posted = new(clock);
    private readonly Backoff _backoff = new(FirstDelay, LongestDelay);
    private long _gate;

    public void Post(AttemptEnd end)
    {
        lock (_lock)
        {
            _ends.Add(end);
        }

        _posted.Raise();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var (due, wait) = Due();
            if (due.Count == 0)
            {
                await _posted.WaitAsync(wait, cancel);
                continue;
            }

            foreach (var batch in Batches(due))
            {
                if (!await SendAsync(batch, cancel))
                {
                    break;
                }
            }
        }
    }

    private (List<AttemptEnd> Due, TimeSpan Wait) Due()
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (_ends.Count == 0)
            {
                return ([], Timeout.InfiniteTimeSpan);
            }

            var first = Math.Max(_gate, _ends.Min(end => end.NotBefore));
            return first > now
                ? ([], clock.GetElapsedTime(now, first) + TimeSpan.FromMilliseconds(1))
                : (_ends.FindAll(end => end.NotBefore <= now), TimeSpan.Zero);
        }
    }

    private static IEnumerable<List<AttemptEnd>> Batches(List<AttemptEnd> due)
    {
        foreach (var verb in due.GroupBy(end => end.Verb))
        {
            var batch = new List<AttemptEnd>();
            var bytes = 0;
            foreach (var end in verb)
            {
                if (batch.Count == BatchItems || (batch.Count > 0 && bytes + end.Bytes > BatchBytes))
                {
                    yield return batch;
                    batch = [];
                    bytes = 0;
                }

                batch.Add(end);
                bytes += end.Bytes;
            }

            yield return batch;
        }
    }

    /// <summary>Returns false when the gateway took nothing, so that the rest need not be tried now.</summary>
    private async Task<bool> SendAsync(List<AttemptEnd> batch, CancellationToken cancel)
    {
        var outcomes = await calls.BatchAsync(batch[0].Verb, [.. batch.Select(end => end.Item)], null, cancel);
        var lost = outcomes.FirstOrDefault(o => o is { Whole: true, Taken: false, Wrong: false });
        if (lost.Error is null)
        {
            _backoff.Reset();
        }
        else
        {
            var delay = _backoff.Next(lost.RetryAfter);
            _gate = clock.GetTimestamp() + Ticks(delay);
            WorkerLog.NotTaken(log, batch[0].Verb, batch.Count, delay, lost.Error.Message);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            Settle(batch[i], outcomes[i]);
        }

        return lost.Error is null;
    }

    private void Settle(AttemptEnd end, ItemOutcome outcome)
    {
        var key = end.Attempt.Key;
        if (outcome.Taken)
        {
            Remove(end);
        }
        else if (outcome.Over)
        {
            WorkerLog.Over(log, key.Id, key.Attempt, outcome.Error?.Message);
            Remove(end);
        }
        else if (outcome.Wrong || (outcome is { Whole: false, Status: 500 } && ++end.Broken >= MostBroken))
        {
            Refuse(end, outcome.Error?.Message);
        }
        else if (!outcome.Whole)
        {
            end.NotBefore = clock.GetTimestamp() + Ticks(Backoff.Delay(end.Tries++, FirstDelay, LongestDelay));
        }
    }

    private void Refuse(AttemptEnd end, string? why)
    {
        WorkerLog.Refused(log, end.Attempt.Key.Id, end.Attempt.Key.Attempt, end.Verb, why);
        if (end.Verb != "complete")
        {
            Remove(end);
            return;
        }

        // A result that cannot be stored would be computed again and refused again; whoever waits for it should hear why.
        var instead = AttemptEnd.Fail(end.Attempt, $"The result was refused: {why}", retryable: false);
        lock (_lock)
        {
            _ends[_ends.IndexOf(end)] = instead;
        }
    }

    private void Remove(AttemptEnd end)
    {
        lock (_lock)
        {
            _ends.Remove(end);
        }

        table.Remove(end.Attempt);
        freed.Raise();
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
