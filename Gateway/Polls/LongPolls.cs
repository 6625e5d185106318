using Akka.Actor;
using Muster.Engine;
using Muster.Messages.Processes;

namespace Muster.Gateway.Polls;

/// <summary>Questions for work, as a task.</summary>
public static class LongPolls
{
    /// <summary>Asks, and ends with what came: at least one assignment, or none after the wait or when the caller is gone.</summary>
    /// <param name="system">The actor system that the question lives in.</param>
    /// <param name="request">The question.</param>
    /// <param name="cancel">Ends when the caller is gone; what came by then is given back.</param>
    public static async Task<IReadOnlyList<ProcessSignal.Assignment>> AskAsync(ActorSystem system, LongPollRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(system);
        var answer = new TaskCompletionSource<IReadOnlyList<ProcessSignal.Assignment>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = system.ActorOf(Props.Create<LongPoll>(request, answer));
        await using var registration = cancel.Register(() => actor.Tell(LongPoll.CallerGone.Instance)).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Gives an assignment back that reached nobody; it runs elsewhere and is not counted.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="assignment">The assignment.</param>
    /// <param name="why">Why, for the history.</param>
    public static void GiveBack(ActorSystem system, ProcessSignal.Assignment assignment, string why)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        EngineContext.ProcessRegion(system).Tell(new ProcessCommand.Release
        {
            Process = assignment.Process,
            CommandId = $"late-{assignment.Attempt}",
            Attempt = assignment.Attempt,
            Reason = why,
            Undelivered = true,
        });
    }
}
