using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Muster.Client.Handlers;

namespace Muster.Client.Worker;

/// <summary>Runs the handler of an attempt and turns its end into what is told to the cluster.</summary>
internal sealed class AttemptRunner(
    HandlerRegistry handlers, MusterWorkerOptions options, AttemptTable table, EndLoop ends, Signal beats, Signal freed, ILogger log)
{
    /// <summary>Longer error texts tell nobody more; the whole exception stands in the log of the process.</summary>
    private const int ErrorChars = 4096;

    private static readonly ActivitySource Activities = new("Muster.Client");

    private int _running;

    /// <summary>How many handlers run.</summary>
    public int Running => Volatile.Read(ref _running);

    public void Start(RunningAttempt attempt)
    {
        Interlocked.Increment(ref _running);
        attempt.Handler = Task.Run(() => RunAsync(attempt));
    }

    private async Task RunAsync(RunningAttempt attempt)
    {
        var end = await HandleAsync(attempt);
        attempt.HandlerEnded = true;
        Interlocked.Decrement(ref _running);
        freed.Raise();
        if (attempt.ClaimEnd())
        {
            _ = DeliverAsync(attempt, end);
        }

        attempt.Dispose();
    }

    // The lines go first: those that come after the end of their attempt are refused.
    private async Task DeliverAsync(RunningAttempt attempt, AttemptEnd? end)
    {
        await attempt.Report.DrainAsync();
        if (end is null || attempt.Fate is AttemptFate.Cancelled or AttemptFate.Over)
        {
            table.Remove(attempt);
            freed.Raise();
        }
        else
        {
            ends.Post(end);
        }
    }

    private async Task<AttemptEnd?> HandleAsync(RunningAttempt attempt)
    {
        var context = new AttemptContext(attempt, options.WorkingRoot, beats);
        ActivityContext.TryParse(context.TraceParent, null, isRemote: true, out var parent);
        using var activity = Activities.StartActivity($"process {context.Func}", ActivityKind.Consumer, parent);
        activity?.SetTag("muster.process", context.ProcessId).SetTag("muster.attempt", context.Attempt);
        try
        {
            var handler = handlers.Find(context.Func)
                ?? throw new InvalidOperationException($"The executor {options.Executor} has no handler for the function '{context.Func}'.");
            var result = await handler(context);
            return Ended(attempt, result is { ValueKind: not JsonValueKind.Undefined } some ? some.Clone() : null);
        }
        catch (FinalFailureException final) when (attempt.Fate is not (AttemptFate.Cancelled or AttemptFate.Over))
        {
            Tell(context, activity, final);
            return AttemptEnd.Fail(attempt, Cut(final.Message), retryable: false);
        }
        catch (Exception stopped) when (attempt.Fate != AttemptFate.None)
        {
            WorkerLog.Stopped(log, attempt.Key.Id, attempt.Key.Attempt, attempt.Fate, stopped.GetType().Name);
            return attempt.Fate switch
            {
                AttemptFate.Stopping => AttemptEnd.Release(attempt, "The worker stopped."),
                AttemptFate.Silence => AttemptEnd.Release(attempt, "No heartbeat was answered for a whole lease."),
                _ => null,
            };
        }
        catch (Exception failed)
        {
            Tell(context, activity, failed);
            return AttemptEnd.Fail(attempt, Cut($"{failed.GetType().Name}: {failed.Message}"), retryable: true);
        }
        finally
        {
            RemoveFolder(context);
        }
    }

    // Work that is done is worth a try, also when the worker stops or heard nothing for long: the number of the attempt decides whether it counts.
    private static AttemptEnd? Ended(RunningAttempt attempt, JsonElement? result) =>
        attempt.Fate is AttemptFate.Cancelled or AttemptFate.Over ? null : AttemptEnd.Complete(attempt, result);

    private void Tell(AttemptContext context, Activity? activity, Exception failed)
    {
        WorkerLog.Failed(log, context.ProcessId, context.Attempt, context.Func, failed);
        activity?.SetStatus(ActivityStatusCode.Error, failed.Message);
        context.Log(failed.ToString(), "stderr");
    }

    // The gateway refuses texts with NUL, and a refused failure would leave the attempt to its lease.
    private static string Cut(string text) => (text.Length <= ErrorChars ? text : text[..ErrorChars]).Replace('\0', '\uFFFD');

    private void RemoveFolder(AttemptContext context)
    {
        try
        {
            context.RemoveFolder();
        }
        catch (Exception stuck) when (stuck is IOException or UnauthorizedAccessException)
        {
            WorkerLog.FolderStays(log, context.ProcessId, context.Attempt, stuck);
        }
    }
}
