using System.Collections.Immutable;
using Muster.Engine.Workflows.Rules;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows;

/// <summary>Which processes of a workflow are still to be made, in which order: parents before their children, so that no child takes a parent that does not exist yet for done.</summary>
/// <param name="id">The workflow.</param>
internal sealed class Placement(WorkflowId id)
{
    /// <summary>More at once would not be quicker, and would hold up what others submit.</summary>
    private const int AtOnce = 500;

    private readonly Dictionary<string, Step> _steps = new(StringComparer.Ordinal);
    private readonly Queue<string> _ready = new();
    private readonly List<string> _missing = [];
    private int _underWay;

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsDone => _steps.Count == 0;

    /// <summary>Takes nodes in.</summary>
    public void Add(IReadOnlyCollection<PendingNode> nodes)
    {
        foreach (var node in nodes)
        {
            _steps.Add(SubmitOf(node.Node.Name), new Step(Submit(node)));
        }

        foreach (var node in nodes)
        {
            var (name, submit) = (node.Node.Name, SubmitOf(node.Node.Name));
            foreach (var parent in node.Node.After.Distinct(StringComparer.Ordinal))
            {
                Behind(SubmitOf(parent), submit);
            }

            // The children wait for the new node before it exists: it could be over before they heard of it.
            foreach (var child in node.Children)
            {
                var link = $"link\0{child}\0{name}";
                _steps.Add(link, new Step(new ProcessCommand.AddParent { Process = id.Process(child), CommandId = $"parent-{id.Process(name).Id}", By = node.By, Parent = id.Process(name).Id }));
                Behind(SubmitOf(child), link);
                Behind(link, submit);
                ReadyIf(link);
            }

            ReadyIf(submit);
        }
    }

    /// <summary>Takes out what can be done now, and what it is called.</summary>
    public IReadOnlyList<(string Step, ProcessCommand Command)> Take()
    {
        var taken = new List<(string, ProcessCommand)>();
        while (_underWay < AtOnce && _ready.TryDequeue(out var name))
        {
            _underWay++;
            taken.Add((name, _steps[name].Command));
        }

        return taken;
    }

    /// <summary>A step is done, or will not be: a process that has begun waits for no more parents, and one that is refused for good is missing.</summary>
    /// <param name="name">The step.</param>
    /// <param name="refused">Whether it was refused for good.</param>
    public void Done(string name, bool refused)
    {
        if (!_steps.Remove(name, out var step))
        {
            return;
        }

        _underWay--;
        if (refused && step.Command is ProcessCommand.Submit submit)
        {
            _missing.Add(submit.Spec.Name!);
        }

        foreach (var next in step.Next)
        {
            _steps[next].Waits--;
            ReadyIf(next);
        }
    }

    /// <summary>A step was not answered: it is to be done again.</summary>
    public void Again(string name)
    {
        _underWay--;
        _ready.Enqueue(name);
    }

    /// <summary>Takes out the names of nodes whose processes were refused for good.</summary>
    public ImmutableArray<string> TakeMissing()
    {
        ImmutableArray<string> missing = [.. _missing];
        _missing.Clear();
        return missing;
    }

    private static string SubmitOf(string node) => $"node\0{node}";

    private void Behind(string first, string then)
    {
        if (_steps.TryGetValue(first, out var step))
        {
            step.Next.Add(then);
            _steps[then].Waits++;
        }
    }

    private void ReadyIf(string name)
    {
        if (_steps[name].Waits == 0)
        {
            _ready.Enqueue(name);
        }
    }

    private ProcessCommand.Submit Submit(PendingNode node)
    {
        var process = id.Process(node.Node.Name);
        return new ProcessCommand.Submit
        {
            Process = process,
            CommandId = $"submit-{process.Id}",
            By = node.By,
            Spec = node.Node.Process with { Name = node.Node.Name, Workflow = id.Id, After = [.. node.Node.After.Distinct(StringComparer.Ordinal).Select(parent => id.Process(parent).Id)] },
            Fingerprint = node.Fingerprint,
            At = node.At,
        };
    }

    private sealed class Step(ProcessCommand command)
    {
        public ProcessCommand Command => command;

        public int Waits { get; set; }

        public List<string> Next { get; } = [];
    }
}
