using Akka.Actor;
using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Polls;

/// <summary>Questions for the process that would come last, as a task.</summary>
public static class LastPolls
{
    /// <summary>How long it waits for an assignment before it looks again what comes last: another may have got it, or come behind it.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Asks, and ends with one assignment, or with null after the wait or when the caller is gone. Of all that waits and that the executor can take it gets
    /// what has the lowest priority and came last. When nothing waits, what comes first is that.
    /// </summary>
    /// <param name="system">The actor system that the question lives in.</param>
    /// <param name="read">The tables, which say what waits.</param>
    /// <param name="request">The question; it gets one assignment at the most.</param>
    /// <param name="cancel">Ends when the caller is gone; what came by then is given back.</param>
    public static async Task<ProcessSignal.Assignment?> AskAsync(ActorSystem system, IReadModel read, LongPollRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(request);
        var began = TimeProvider.System.GetTimestamp();
        var answer = new TaskCompletionSource<ProcessSignal.Assignment?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var taker = system.ActorOf(Props.Create<LastTaker>(answer));
        await using var registration = cancel.Register(() => answer.TrySetResult(null)).ConfigureAwait(false);
        try
        {
            await AskAsync(system, read, request, began, answer, taker, cancel).ConfigureAwait(false);
        }
        catch (Exception) when (!answer.TrySetResult(null))
        {
            // It may have come while a look at the tables failed.
            if (await answer.Task.ConfigureAwait(false) is { } got)
            {
                return got;
            }

            throw;
        }
        finally
        {
            taker.Tell(LastTaker.Over.Instance);
        }

        return await answer.Task.ConfigureAwait(false);
    }

    private static async Task AskAsync(
        ActorSystem system, IReadModel read, LongPollRequest request, long began, TaskCompletionSource<ProcessSignal.Assignment?> answer, IActorRef taker, CancellationToken cancel)
    {
        for (var look = Look; !answer.Task.IsCompleted; look = look * 2 < LongestLook ? look * 2 : LongestLook)
        {
            var left = request.Wait - TimeProvider.System.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                answer.TrySetResult(null);
            }
            else if (await FindAsync(read, request).ConfigureAwait(false) is { } last)
            {
                EngineContext.QueueRegion(system).Tell(last with { Requester = new ActorRef(taker) }, ActorRefs.NoSender);
                await Task.WhenAny(answer.Task, Task.Delay(left < look ? left : look, CancellationToken.None)).ConfigureAwait(false);
            }
            else if (!answer.Task.IsCompleted)
            {
                var got = await LongPolls.AskAsync(system, request with { Max = 1, Wait = left }, cancel).ConfigureAwait(false);
                if (!answer.TrySetResult(got.Count > 0 ? got[0] : null) && got.Count > 0)
                {
                    // What had been asked for before came after all, or the caller is gone.
                    LongPolls.GiveBack(system, got[0], "Its question was answered already.");
                }
            }
        }
    }

    // The last of each lane that the executor can take; of these the one that would come last.
    private static async Task<QueueMessage.Pick?> FindAsync(IReadModel read, LongPollRequest request)
    {
        (QueueId Queue, WaitingRow Row, Requirements Requirements)? found = null;
        foreach (var queue in request.Queues.Select(q => new QueueId(request.Namespace, q)))
        {
            foreach (var lane in await read.LanesAsync(queue).ConfigureAwait(false))
            {
                if (await read.LastWaitingAsync(queue, lane).ConfigureAwait(false) is { } row
                    && (found is not { } best || IsAfter(row, best.Row))
                    && await read.SpecAsync(row.Id).ConfigureAwait(false) is { } spec
                    && Requirements.Of(spec) is var requirements && requirements.CanBeTakenBy(request.Capability))
                {
                    found = (queue, row, requirements);
                }
            }
        }

        return found is not { } last ? null : new QueueMessage.Pick
        {
            Queue = last.Queue,
            Process = last.Row.Id,
            Lane = last.Row.Lane,
            Requirements = last.Requirements,
            Priority = last.Row.Priority,
            Since = last.Row.Since,
            Demand = request.Demand,
            Capability = request.Capability,
            Requester = new ActorRef(ActorRefs.Nobody),
        };
    }

    private static bool IsAfter(WaitingRow a, WaitingRow b) => a.Priority != b.Priority ? a.Priority < b.Priority : a.Since != b.Since ? a.Since > b.Since : a.Seq > b.Seq;
}
