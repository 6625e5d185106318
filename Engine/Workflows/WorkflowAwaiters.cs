using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows;

/// <summary>Who waits for a workflow: for its processes to exist, or for its end. Each asks again from time to time; one that did not is gone.</summary>
/// <param name="id">The workflow.</param>
internal sealed class WorkflowAwaiters(WorkflowId id)
{
    /// <summary>How long somebody is remembered, in milliseconds: as long as the sender of a command waits at most.</summary>
    private const long Keep = 30_000;

    private readonly List<Waiting> _waiting = [];

    /// <summary>Whether anybody waits.</summary>
    /// <param name="now">The time, in milliseconds.</param>
    public bool Any(long now)
    {
        _waiting.RemoveAll(w => now - w.Since > Keep);
        return _waiting.Count > 0;
    }

    /// <summary>Somebody waits for the end.</summary>
    public void Add(IActorRef who, long now) => Add(new Waiting(who, IsCommand: false, UntilEnd: true, Repeated: false, now));

    /// <summary>Somebody waits for what a command asks for.</summary>
    /// <param name="who">Who.</param>
    /// <param name="untilEnd">Whether it is the end, or that all processes exist.</param>
    /// <param name="repeated">Whether the command had been applied before.</param>
    /// <param name="now">The time, in milliseconds.</param>
    public void Add(IActorRef who, bool untilEnd, bool repeated, long now) => Add(new Waiting(who, IsCommand: true, untilEnd, repeated, now));

    /// <summary>All processes exist.</summary>
    /// <param name="status">The state of the workflow.</param>
    /// <param name="missing">Why some never will; null when all do.</param>
    public void Made(WorkflowStatus status, string? missing) => Tell(w => !w.UntilEnd, w => missing is null
        ? Done(status, w)
        : new WorkflowReply.Refused { Workflow = id, Problem = Problem.Conflict, Message = missing });

    /// <summary>All processes are final.</summary>
    public void Finished(WorkflowStatus status) => Tell(w => w.UntilEnd, w => w.IsCommand ? Done(status, w) : new WorkflowSignal.IsFinished { Workflow = id, Status = status });

    private WorkflowReply.Done Done(WorkflowStatus status, Waiting w) => new() { Workflow = id, Status = status, Repeated = w.Repeated };

    private void Add(Waiting waiting)
    {
        Any(waiting.Since);
        _waiting.Add(waiting);
    }

    private void Tell(Predicate<Waiting> which, Func<Waiting, IMusterMessage> answer)
    {
        foreach (var waiting in _waiting.FindAll(which))
        {
            waiting.Who.Tell(answer(waiting));
        }

        _waiting.RemoveAll(which);
    }

    private sealed record Waiting(IActorRef Who, bool IsCommand, bool UntilEnd, bool Repeated, long Since);
}
