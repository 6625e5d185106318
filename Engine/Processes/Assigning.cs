using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>Hands an attempt to the worker that it was assigned to, with the spec and what the attempt before left.</summary>
/// <param name="id">The process.</param>
/// <param name="around">Where spec and checkpoint are.</param>
internal sealed class Assigning(ProcessId id, IProcessSurroundings around)
{
    /// <summary>The spec, from the submit until it was handed over: a live process does not keep it.</summary>
    public ProcessSpec? Spec { get; set; }

    /// <summary>Sends the assignment at once, or, when something has to be read first, after a <see cref="HandOver"/> has come.</summary>
    public void Begin(IActorRef requester, ProcessState state)
    {
        // The first attempt has the spec at hand, and nothing was before it.
        if (Spec is not null && state.Attempt == 1)
        {
            Deliver(new HandOver(requester, state.Attempt, Spec, null), state);
            return;
        }

        around.ReadForHandOver(requester, state.Attempt, Spec);
    }

    /// <summary>Sends the assignment, if the attempt still runs.</summary>
    public void Deliver(HandOver handOver, ProcessState state)
    {
        Spec = null;
        if (state.Status != ProcessStatus.Running || state.Attempt != handOver.Attempt)
        {
            return;
        }

        handOver.Requester.Tell(new ProcessSignal.Assignment
        {
            Process = id,
            Demand = state.Demand!,
            Attempt = state.Attempt,
            Spec = handOver.Spec,
            LeaseUntil = state.LeaseUntil,
            ExecUntil = state.ExecUntil,
            Checkpoint = handOver.Checkpoint,
        });
    }
}
