using Muster.Engine.Workflows.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Shouldly;

namespace Muster.Tests.Unit.Workflows;

/// <summary>One workflow under the rules alone, with processes that are in the states that a test says.</summary>
internal sealed class WorkflowLife(WorkflowSpec spec)
{
    private int _commands;

    public WorkflowState State { get; private set; } = WorkflowState.Empty;

    public List<WorkflowEvent> Events { get; } = [];

    public Dictionary<string, (ProcessStatus Status, string? Cause)> Processes { get; } = [];

    public static WorkflowLife Made(params string[] nodes) => Made(Graphs.Of(nodes));

    public static WorkflowLife Made(WorkflowSpec spec)
    {
        var life = new WorkflowLife(spec);
        life.Submit().ShouldBeOfType<WorkflowDecision.Happens>();
        life.AllMade();
        return life;
    }

    public WorkflowDecision Submit(string fingerprint = "f") => Do(new WorkflowCommand.Submit { Workflow = Graphs.Id, CommandId = NewId(), By = "ada", Spec = spec, Fingerprint = fingerprint });

    public WorkflowDecision Cancel(string? id = null) => Do(new WorkflowCommand.Cancel { Workflow = Graphs.Id, CommandId = id ?? NewId(), By = "ada", Reason = "Not needed." });

    public WorkflowDecision AddNode(string name, string parent, string? child = null, bool insert = false, string fingerprint = "f2") => Do(new WorkflowCommand.AddNode
    {
        Workflow = Graphs.Id,
        CommandId = NewId(),
        Node = Graphs.Node(name),
        Fingerprint = fingerprint,
        Parent = parent,
        Child = child,
        Insert = insert,
    });

    /// <summary>Its processes are made; those without parents wait.</summary>
    public void AllMade()
    {
        foreach (var pending in State.Pending)
        {
            Processes[pending.Node.Name] = (pending.Node.After.IsEmpty ? ProcessStatus.Waiting : ProcessStatus.Blocked, null);
        }

        Happen(new WorkflowEvent.Made { At = Graphs.Start, CommandId = "" });
    }

    public WorkflowLife Is(string node, ProcessStatus status, string? cause = null)
    {
        Processes[node] = (status, cause is null ? null : Graphs.Id.Process(cause).Id);
        return this;
    }

    public WorkflowStatus Look()
    {
        if (WorkflowRules.See(State, Counts(), Graphs.Start) is { } e)
        {
            Happen(e);
        }

        WorkflowRules.See(State, Counts(), Graphs.Start).ShouldBeNull("what was seen once is not news");
        return State.Status;
    }

    /// <summary>What its processes are told, by the names of the nodes.</summary>
    public IReadOnlyDictionary<string, ProcessCommand> Orders()
    {
        var names = Processes.Keys.ToDictionary(name => Graphs.Id.Process(name).Id);
        var orders = WorkflowRules.Orders(Graphs.Id, State, [.. Processes.Select(p => new NodeProcess(Graphs.Id.Process(p.Key).Id, p.Value.Status, p.Value.Cause))], "now");
        if (!orders.IsEmpty)
        {
            WorkflowRules.MayOrder(State, Counts()).ShouldBeTrue("nobody would have asked for them");
        }

        return orders.ToDictionary(o => names[o.Process.Id]);
    }

    public WorkflowCounts Counts() => WorkflowCounts.Of(Processes.Values.GroupBy(p => p.Status).Select(g => (g.Key, (long)g.Count())));

    public WorkflowDecision Do(WorkflowCommand command)
    {
        var decision = WorkflowRules.Decide(State, command, name => Processes.GetValueOrDefault(name).Status, Graphs.Start);
        if (decision is WorkflowDecision.Happens happens)
        {
            foreach (var e in happens.Events)
            {
                Happen(e);
            }
        }

        return decision;
    }

    private void Happen(WorkflowEvent e)
    {
        State = WorkflowEvolution.Evolve(State, e);
        Events.Add(e);
    }

    private string NewId() => $"c{++_commands}";
}
