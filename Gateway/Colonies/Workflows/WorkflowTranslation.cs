using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Workflows;

namespace Muster.Gateway.Colonies.Workflows;

/// <summary>Graphs that clients submit, in the words of the engine. Pure.</summary>
internal static class WorkflowTranslation
{
    /// <summary>The spec of a workflow.</summary>
    /// <param name="wire">What the client says.</param>
    /// <param name="colony">The colony; whatever the nodes name.</param>
    /// <exception cref="ColoniesException">A node is wrong. Whether the graph is one is for the workflow to say.</exception>
    public static WorkflowSpec ToSpec(WorkflowSpecWire wire, string colony) => new()
    {
        Nodes = [.. (wire.FunctionSpecs ?? []).Select(f => ToNode(f, colony))],
        OnFailure = WorkflowFailurePolicy.FailAllOfInnerNode,
    };

    /// <summary>One node.</summary>
    /// <exception cref="ColoniesException">Something in it is wrong.</exception>
    public static WorkflowNode ToNode(FunctionSpecWire wire, string colony) => new()
    {
        Name = wire.NodeName.Length > 0 ? wire.NodeName : throw new ColoniesException(500, "A node of the workflow has no nodename."),
        Process = SpecTranslation.ToSpec(wire with { Conditions = (wire.Conditions ?? new ConditionsWire()) with { ColonyName = colony } }),
        After = [.. wire.Conditions?.Dependencies ?? []],
    };

    /// <summary>The state of a workflow as clients know it.</summary>
    public static ColonyState StateOf(WorkflowStatus status) => status switch
    {
        WorkflowStatus.Running => ColonyState.Running,
        WorkflowStatus.Succeeded => ColonyState.Successful,
        WorkflowStatus.Failed => ColonyState.Failed,
        WorkflowStatus.Cancelled => ColonyState.Cancelled,
        _ => ColonyState.Waiting,
    };

    /// <summary>The status of a state.</summary>
    /// <exception cref="ColoniesException">There is no such state.</exception>
    public static WorkflowStatus StatusOf(int state) => state switch
    {
        0 => WorkflowStatus.Waiting,
        1 => WorkflowStatus.Running,
        2 => WorkflowStatus.Succeeded,
        3 => WorkflowStatus.Failed,
        4 => WorkflowStatus.Cancelled,
        _ => throw new ColoniesException(400, $"There is no state {state}: 0 waiting, 1 running, 2 successful, 3 failed, 4 cancelled."),
    };
}
