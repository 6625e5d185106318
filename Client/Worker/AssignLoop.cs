using Microsoft.Extensions.Logging;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>Asks for work while there are free slots.</summary>
internal sealed class AssignLoop(
    AttemptCalls calls,
    MusterWorkerOptions options,
    AssignBody demand,
    AttemptTable table,
    AttemptRunner runner,
    Func<Assignment, RunningAttempt> hold,
    EndLoop ends,
    TimeProvider clock,
    Signal freed,
    Signal beats,
    ILogger log)
{
    /// <summary>How many attempts may wait for the answer to their end before no more work is taken: enough that slots never wait for one answer.</summary>
    private const int Unanswered = 256;

    /// <summary>How often a worker that was asked to drain looks whether it still is.</summary>
    private static readonly TimeSpan DrainLook = TimeSpan.FromSeconds(1);

    /// <summary>A stop does not wait longer for the answer to a poll that was under way.</summary>
    private static readonly TimeSpan GiveBackTime = TimeSpan.FromSeconds(3);

    private readonly Backoff _away = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
    private readonly Backoff _empty = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));

    public async Task RunAsync(CancellationToken stop)
    {
        AssignBody? asked = null;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (asked is null)
                {
                    var draining = table.All.Any(attempt => attempt.Drain);
                    var room = draining ? 0 : Math.Min(options.Slots - runner.Running, options.Slots + Unanswered - table.Count);
                    if (room < 1)
                    {
                        await freed.WaitAsync(draining ? DrainLook : Timeout.InfiniteTimeSpan, stop);
                        continue;
                    }

                    // The id stays the same until there is an answer: whatever was assigned to a lost answer comes with the next one.
                    asked = demand with { Max = Math.Min(room, 1000), RequestId = Guid.CreateVersion7(clock.GetUtcNow()).ToString() };
                }

                if (await AskAsync(asked, stop))
                {
                    asked = null;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The poll was under way; see below.
        }

        if (asked is not null)
        {
            await GiveBackAsync(asked);
        }
    }

    private async Task<bool> AskAsync(AssignBody asked, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        IReadOnlyList<Assignment> assignments;
        try
        {
            assignments = await calls.AssignAsync(asked, stop);
        }
        catch (MusterException failed)
        {
            var delay = _away.Next((failed as MusterUnavailableException)?.RetryAfter);
            WorkerLog.NoAssign(log, delay, failed.Message);
            await Task.Delay(delay, clock, stop);
            return false;
        }

        _away.Reset();
        foreach (var assignment in assignments)
        {
            if (Take(assignment) is { } attempt)
            {
                runner.Start(attempt);
            }
        }

        if (assignments.Count > 0)
        {
            _empty.Reset();
            beats.Raise();
        }
        else if (clock.GetElapsedTime(began) < asked.Wait / 2)
        {
            // A gateway that answers nothing long before the time is busy or leaving; asking at once again would be a storm.
            await Task.Delay(_empty.Next(), clock, stop);
        }

        return true;
    }

    // An attempt that came with an earlier answer, too, is held once.
    private RunningAttempt? Take(Assignment assignment)
    {
        if (table.Holds(new AttemptKey(assignment.Namespace ?? demand.Namespace, assignment.Id, assignment.Attempt)))
        {
            return null;
        }

        var attempt = hold(assignment);
        table.Add(attempt);
        return attempt;
    }

    // What the gateway may have assigned to the poll that a stop cut off is asked for once more, and given back.
    private async Task GiveBackAsync(AssignBody asked)
    {
        using var late = new CancellationTokenSource(GiveBackTime, clock);
        try
        {
            foreach (var assignment in await calls.AssignAsync(asked with { Wait = TimeSpan.Zero }, late.Token))
            {
                if (Take(assignment) is { } attempt)
                {
                    attempt.HandlerEnded = attempt.ClaimEnd();
                    attempt.Dispose();
                    ends.Post(AttemptEnd.Release(attempt, "The worker stopped before it began."));
                }
            }
        }
        catch (Exception away) when (away is MusterException or OperationCanceledException)
        {
            WorkerLog.NoAssign(log, TimeSpan.Zero, away.Message);
        }
    }
}
