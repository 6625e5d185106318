using System.Collections.Immutable;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>What an event makes of the state.</summary>
public static class WorkflowEvolution
{
    /// <summary>The state after the event.</summary>
    public static WorkflowState Evolve(WorkflowState state, WorkflowEvent e)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(e);
        var next = Remember(state, e);
        return e switch
        {
            WorkflowEvent.Submitted x => next with
            {
                Status = WorkflowStatus.Waiting,
                Fingerprint = x.Fingerprint,
                OnFailure = x.Spec.OnFailure,
                Nodes = state.Nodes.AddRange(x.Spec.Nodes.Select(n => KeyValuePair.Create(n.Name, new GraphNode(n.After)))),
                // They wait in the order in which they were given.
                Pending = [.. x.Spec.Nodes.Select((n, i) => new PendingNode(n, x.Fingerprint, x.At.AddTicks(i), x.By, []))],
            },
            WorkflowEvent.NodeAdded x => next with
            {
                Nodes = x.Children.Aggregate(
                    state.Nodes.SetItem(x.Node.Name, new GraphNode(x.Node.After, x.Fingerprint)),
                    (nodes, child) => nodes.SetItem(child, nodes[child] with { After = nodes[child].After.Add(x.Node.Name) })),
                Pending = state.Pending.Add(new PendingNode(x.Node, x.Fingerprint, x.At, x.By, x.Children)),
            },
            WorkflowEvent.Made x => next with { Nodes = state.Nodes.RemoveRange(x.Missing), Pending = [] },
            WorkflowEvent.CancelRequested x => next with { Stop = x.Reason, StopBy = x.By },
            WorkflowEvent.StatusChanged x => next with
            {
                Status = x.To,
                Finished = x.Finished,
                Stop = x.Finished ? null : state.Stop,
                StopBy = x.Finished ? null : state.StopBy,
            },
            _ => next,
        };
    }

    private static WorkflowState Remember(WorkflowState state, WorkflowEvent e)
    {
        if (e.CommandId.Length == 0 || state.Commands.Contains(e.CommandId))
        {
            return state;
        }

        var kept = state.Commands.Length < WorkflowState.RememberedCommands ? state.Commands : state.Commands.RemoveAt(0);
        return state with { Commands = kept.Add(e.CommandId) };
    }
}
