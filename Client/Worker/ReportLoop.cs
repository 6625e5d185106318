using Microsoft.Extensions.Logging;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>Sends the log lines and the progress of all attempts, in order, until the cluster has taken them.</summary>
internal sealed class ReportLoop(AttemptCalls calls, AttemptTable table, TimeProvider clock, TimeSpan interval, Signal some, Signal much, ILogger log)
{
    /// <summary>What one request carries at most, in lines of one attempt and characters of one and of all: about what the store takes at once.</summary>
    private const int LinesOfOne = 500;
    private const int CharsOfOne = 64 * 1024;
    private const int CharsOfAll = 256 * 1024;
    private const int BatchItems = 500;

    /// <summary>Lines of a finished handler hold back its result; a cluster that answers but refuses them this often does not get them.</summary>
    private const int MostRefusals = 10;

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    private int _turn;

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await some.WaitAsync(Timeout.InfiniteTimeSpan, cancel);
            await much.WaitAsync(interval, cancel);
            while (true)
            {
                var (sent, missed) = await FlushAsync(cancel);
                if (missed is { } miss)
                {
                    var delay = _backoff.Next(miss.RetryAfter);
                    WorkerLog.NotTaken(log, "logs", sent, delay, miss.Error?.Message);
                    await Task.Delay(delay, clock, cancel);
                    continue;
                }

                _backoff.Reset();
                if (sent == 0)
                {
                    break;
                }
            }
        }
    }

    private async Task<(int Sent, ItemOutcome? Missed)> FlushAsync(CancellationToken cancel)
    {
        var attempts = table.All.ToList();
        ItemOutcome? missed = null;
        var batch = Collect(attempts);
        if (batch.Count > 0)
        {
            var sentAt = clock.GetTimestamp();
            var outcomes = await calls.BatchAsync("logs", [.. batch.Select(b => b.Attempt.Item() with { Lines = b.Lines })], null, cancel);
            for (var i = 0; i < batch.Count; i++)
            {
                var (attempt, lines) = batch[i];
                missed = Settle(attempt, outcomes[i], sentAt, () => attempt.Report.Taken(lines[^1].Sequence)) ? missed : outcomes[i];
            }
        }

        var sent = batch.Count;
        foreach (var attempt in attempts)
        {
            if (missed is null && attempt.Report.PeekProgress() is { } progress)
            {
                var sentAt = clock.GetTimestamp();
                var outcome = await calls.ProgressAsync(attempt.Key, progress, cancel);
                missed = Settle(attempt, outcome, sentAt, () => attempt.Report.ProgressTaken(progress)) ? missed : outcome;
                sent++;
            }
        }

        return (sent, missed);
    }

    // Each time another attempt comes first, so that one that writes without end does not silence the others.
    private List<(RunningAttempt Attempt, IReadOnlyList<WireLogLine> Lines)> Collect(List<RunningAttempt> attempts)
    {
        var batch = new List<(RunningAttempt, IReadOnlyList<WireLogLine>)>();
        var room = CharsOfAll;
        _turn++;
        for (var i = 0; i < attempts.Count && batch.Count < BatchItems && room > 0; i++)
        {
            var attempt = attempts[(int)(((uint)_turn + (uint)i) % (uint)attempts.Count)];
            var lines = attempt.Report.Peek(LinesOfOne, Math.Min(room, CharsOfOne));
            if (lines.Count > 0)
            {
                batch.Add((attempt, lines));
                room -= lines.Sum(line => line.Text.Length);
            }
        }

        return batch;
    }

    /// <summary>Returns false when the same has to be sent again.</summary>
    private bool Settle(RunningAttempt attempt, ItemOutcome outcome, long sentAt, Action taken)
    {
        if (outcome.Answer is { } answer)
        {
            attempt.Answered(sentAt, answer.Cancel, answer.Drain);
            taken();
            return true;
        }

        if (outcome.Over)
        {
            attempt.Stop(AttemptFate.Over);
            return true;
        }

        if (outcome.Wrong)
        {
            WorkerLog.LinesLost(log, attempt.Key.Id, attempt.Key.Attempt, outcome.Error?.Message);
            taken();
            return true;
        }

        if (attempt.HandlerEnded && outcome.Status != 0 && ++attempt.Report.RefusalsAfterEnd >= MostRefusals)
        {
            WorkerLog.LinesLost(log, attempt.Key.Id, attempt.Key.Attempt, outcome.Error?.Message);
            attempt.Report.Close();
            return true;
        }

        return false;
    }
}
