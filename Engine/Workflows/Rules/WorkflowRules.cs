using System.Collections.Immutable;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>What may happen to a workflow, and what follows from the states of its processes. Pure: no clock, no chance, no I/O.</summary>
public static class WorkflowRules
{
    /// <summary>Says what a command does.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="command">The command.</param>
    /// <param name="statusOf">The state of a process by the name of its node, for those that <see cref="Concerned"/> names.</param>
    /// <param name="now">The time, in whole milliseconds.</param>
    public static WorkflowDecision Decide(WorkflowState state, WorkflowCommand command, Func<string, ProcessStatus> statusOf, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(statusOf);
        if (state.Status == WorkflowStatus.None && command is not WorkflowCommand.Submit)
        {
            return new WorkflowDecision.Refused(Problem.NotFound, $"There is no workflow {command.Workflow}.");
        }

        if (command is not WorkflowCommand.Submit && state.Commands.Contains(command.CommandId))
        {
            return new WorkflowDecision.Stays();
        }

        return command switch
        {
            WorkflowCommand.Submit c => Submit(state, c, now),
            WorkflowCommand.AddNode c => AddNode(state, c, statusOf, now),
            WorkflowCommand.Cancel c => Cancel(state, c, now),
            _ => new WorkflowDecision.Refused(Problem.Invalid, $"{command.GetType().Name} is not a command of a workflow."),
        };
    }

    /// <summary>The nodes whose processes decide whether another may be added: the parent first, then those that would wait for the new one.</summary>
    public static ImmutableArray<string> Concerned(WorkflowState state, WorkflowCommand.AddNode command)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(command);
        return [command.Parent, .. Children(state, command)];
    }

    /// <summary>The state of a workflow, and whether all its processes are final.</summary>
    /// <param name="nodes">How many nodes it has; some may have no process yet.</param>
    /// <param name="counts">The states of its processes.</param>
    public static (WorkflowStatus Status, bool Finished) StatusOf(int nodes, WorkflowCounts counts)
    {
        var status = counts switch
        {
            { Failed: > 0 } => WorkflowStatus.Failed,
            { Cancelled: > 0 } => WorkflowStatus.Cancelled,
            _ when nodes == 0 => WorkflowStatus.Cancelled,
            _ when counts.Succeeded >= nodes => WorkflowStatus.Succeeded,
            { Running: > 0 } or { Succeeded: > 0 } => WorkflowStatus.Running,
            _ => WorkflowStatus.Waiting,
        };
        return (status, counts.Final >= nodes);
    }

    /// <summary>Says what the states of the processes do to the workflow; null when it is so already.</summary>
    public static WorkflowEvent? See(WorkflowState state, WorkflowCounts counts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status == WorkflowStatus.None)
        {
            return null;
        }

        var (status, finished) = StatusOf(state.Nodes.Count, counts);
        // A cancel is done when nothing is left to cancel: what is retried after it goes on.
        return status == state.Status && finished == state.Finished && !(finished && state.Stop is not null)
            ? null
            : new WorkflowEvent.StatusChanged { At = now, CommandId = "", From = state.Status, To = status, Finished = finished };
    }

    /// <summary>Whether <see cref="Orders"/> may have something to say, so that the processes have to be read.</summary>
    public static bool MayOrder(WorkflowState state, WorkflowCounts counts)
    {
        ArgumentNullException.ThrowIfNull(state);
        return (state.Stop is not null && counts.Final < state.Nodes.Count) || (state.OnFailure != WorkflowFailurePolicy.FailDependents && counts.Failed > 0);
    }

    /// <summary>What the processes have to be told, because a cancel was asked for or because of the failure policy. Said again until it is so.</summary>
    /// <param name="id">The workflow.</param>
    /// <param name="state">What it knows of itself.</param>
    /// <param name="processes">Its processes.</param>
    /// <param name="occasion">Tells these words from those of another time.</param>
    public static ImmutableArray<ProcessCommand> Orders(WorkflowId id, WorkflowState state, IReadOnlyCollection<NodeProcess> processes, string occasion)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(processes);
        if (state.Stop is { } reason)
        {
            return
            [
                .. processes.Where(p => !p.Status.IsFinal()).Select(p => new ProcessCommand.Cancel
                {
                    Process = new ProcessId(id.Namespace, p.Id),
                    CommandId = $"workflow-{occasion}",
                    By = state.StopBy,
                    Reason = reason,
                }),
            ];
        }

        return state.OnFailure == WorkflowFailurePolicy.FailDependents ? [] : ByPolicy(id, state, processes, occasion);
    }

    private static ImmutableArray<ProcessCommand> ByPolicy(WorkflowId id, WorkflowState state, IReadOnlyCollection<NodeProcess> processes, string occasion)
    {
        var inner = state.OnFailure == WorkflowFailurePolicy.FailAllOfInnerNode ? Inner(id, state) : null;
        // One that failed because of another is no reason of its own: when the reason is retried, it reopens.
        var reason = processes.Where(p => p is { Status: ProcessStatus.Failed, Cause: null } && inner?.Contains(p.Id) != false)
            .Select(p => p.Id).Order(StringComparer.Ordinal).FirstOrDefault();
        if (reason is not null)
        {
            return
            [
                .. processes.Where(p => !p.Status.IsFinal()).Select(p => new ProcessCommand.Abort
                {
                    Process = new ProcessId(id.Namespace, p.Id),
                    CommandId = $"workflow-{occasion}",
                    Reason = $"The process {reason} of the same workflow failed.",
                    Cause = reason,
                }),
            ];
        }

        var retried = processes.Where(p => p.Status is not (ProcessStatus.Failed or ProcessStatus.Cancelled)).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. processes.Where(p => p.Status == ProcessStatus.Failed && p.Cause is { } cause && retried.Contains(cause)).Select(p => new ProcessCommand.Retry
            {
                Process = new ProcessId(id.Namespace, p.Id),
                CommandId = $"workflow-{occasion}",
                Reason = $"The process {p.Cause} of the same workflow was retried.",
                Parent = p.Cause,
            }),
        ];
    }

    private static HashSet<string> Inner(WorkflowId id, WorkflowState state) =>
        state.Nodes.Values.SelectMany(n => n.After).Distinct(StringComparer.Ordinal).Select(name => id.Process(name).Id).ToHashSet(StringComparer.Ordinal);

    private static WorkflowDecision Submit(WorkflowState state, WorkflowCommand.Submit c, DateTimeOffset now)
    {
        if (state.Status != WorkflowStatus.None)
        {
            return state.Fingerprint == c.Fingerprint
                ? new WorkflowDecision.Stays()
                : new WorkflowDecision.Refused(Problem.Conflict, $"The id {c.Workflow.Id} is used by a workflow with another spec. Submit it under another id or key.");
        }

        return WorkflowGraph.Wrong(c.Spec) is { } wrong
            ? new WorkflowDecision.Refused(Problem.Invalid, wrong)
            : Happens(new WorkflowEvent.Submitted { At = now, CommandId = c.CommandId, By = c.By, Spec = c.Spec, Fingerprint = c.Fingerprint });
    }

    private static WorkflowDecision Cancel(WorkflowState state, WorkflowCommand.Cancel c, DateTimeOffset now)
    {
        if (state.Finished)
        {
            return state.Status == WorkflowStatus.Cancelled
                ? new WorkflowDecision.Stays()
                : new WorkflowDecision.Refused(Problem.Conflict, $"The workflow has {Word(state.Status)} already.");
        }

        return state.Stop is not null
            ? new WorkflowDecision.Stays()
            : Happens(new WorkflowEvent.CancelRequested { At = now, CommandId = c.CommandId, By = c.By, Reason = c.Reason ?? "Its workflow was cancelled." });
    }

    private static WorkflowDecision AddNode(WorkflowState state, WorkflowCommand.AddNode c, Func<string, ProcessStatus> statusOf, DateTimeOffset now)
    {
        var name = c.Node.Name;
        if (state.Nodes.TryGetValue(name, out var known))
        {
            return known.Fingerprint == c.Fingerprint
                ? new WorkflowDecision.Stays()
                : new WorkflowDecision.Refused(Problem.Conflict, $"The workflow has another node '{name}'. Give the new one another name.");
        }

        if (WrongNode(state, c) is { } wrong)
        {
            return new WorkflowDecision.Refused(Problem.Invalid, wrong);
        }

        if (state.Stop is not null)
        {
            return new WorkflowDecision.Refused(Problem.Conflict, "The workflow is being cancelled; it takes no more nodes.");
        }

        if (statusOf(c.Parent) != ProcessStatus.Running)
        {
            return new WorkflowDecision.Refused(Problem.Conflict, $"The node '{c.Parent}' is {Word(statusOf(c.Parent))}; a node is added behind one that runs.");
        }

        var children = Children(state, c);
        return children.FirstOrDefault(child => statusOf(child) != ProcessStatus.Blocked) is { } late
            ? new WorkflowDecision.Refused(Problem.Conflict, $"The node '{late}' is {Word(statusOf(late))}; only one that is blocked can wait for one more.")
            : Happens(new WorkflowEvent.NodeAdded
            {
                At = now,
                CommandId = c.CommandId,
                By = c.By,
                Node = c.Node with { After = [c.Parent] },
                Fingerprint = c.Fingerprint,
                Children = children,
            });
    }

    private static string? WrongNode(WorkflowState state, WorkflowCommand.AddNode c)
    {
        if (WorkflowGraph.WrongName(c.Node.Name) is { } wrong)
        {
            return $"The new node: {wrong}";
        }

        if (state.Nodes.Count >= WorkflowGraph.MostNodes)
        {
            return $"The workflow has {state.Nodes.Count} nodes; more are not taken.";
        }

        if (new[] { c.Parent, c.Child }.FirstOrDefault(n => n is not null && !state.Nodes.ContainsKey(n)) is { } unknown)
        {
            return $"The workflow has no node '{unknown}'.";
        }

        return c.Child is { } child && WorkflowGraph.ComesAfter(state.Nodes, c.Parent, child)
            ? $"The node '{child}' cannot wait for one behind '{c.Parent}': that comes after it, so both would wait for ever."
            : null;
    }

    private static ImmutableArray<string> Children(WorkflowState state, WorkflowCommand.AddNode c)
    {
        var behind = c.Insert ? state.Nodes.Where(n => n.Value.After.Contains(c.Parent)).Select(n => n.Key).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        return [.. c.Child is { } child ? behind.Append(child).Distinct(StringComparer.Ordinal) : behind];
    }

    private static WorkflowDecision.Happens Happens(WorkflowEvent e) => new([e]);

    private static string Word<T>(T status)
        where T : struct, Enum => status.ToString().ToLowerInvariant();
}
