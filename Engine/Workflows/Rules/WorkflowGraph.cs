using System.Collections.Immutable;
using Muster.Messages.Workflows;

namespace Muster.Engine.Workflows.Rules;

/// <summary>What a graph may look like. Pure.</summary>
public static class WorkflowGraph
{
    /// <summary>The most nodes that a workflow has.</summary>
    public const int MostNodes = 10_000;

    /// <summary>The longest name of a node, in characters.</summary>
    public const int LongestName = 256;

    /// <summary>Says what is wrong with a graph, and names the node; null when it can be run.</summary>
    public static string? Wrong(WorkflowSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Nodes.IsDefaultOrEmpty)
        {
            return "The workflow has no nodes. Give at least one.";
        }

        if (spec.Nodes.Length > MostNodes)
        {
            return $"The workflow has {spec.Nodes.Length} nodes; at most {MostNodes} are taken. Split it.";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Nodes.Length; i++)
        {
            var name = spec.Nodes[i].Name;
            if (WrongName(name) is { } wrong)
            {
                return $"Node {i + 1}: {wrong}";
            }

            if (!names.Add(name))
            {
                return $"Two nodes are called '{name}'. The name of a node is unique in its workflow.";
            }
        }

        foreach (var node in spec.Nodes)
        {
            if (node.After.FirstOrDefault(parent => !names.Contains(parent)) is { } unknown)
            {
                return $"The node '{node.Name}' comes after '{unknown}', which is no node of the workflow.";
            }
        }

        return OnCycle(spec.Nodes) is { } on ? $"The node '{on}' stands on a cycle: it comes after itself. Remove one of the dependencies on the way." : null;
    }

    /// <summary>Says what is wrong with the name of a node; null when nothing is.</summary>
    public static string? WrongName(string? name) => name switch
    {
        null or "" => "it has no name. Every node needs one.",
        { Length: > LongestName } => $"its name is longer than {LongestName} characters.",
        _ => name.Contains('\0', StringComparison.Ordinal) ? "its name holds NUL." : null,
    };

    /// <summary>Whether a node comes after another, directly or not, or is that one.</summary>
    /// <param name="nodes">The graph.</param>
    /// <param name="node">The node.</param>
    /// <param name="ancestor">The one that may come before it.</param>
    public static bool ComesAfter(IReadOnlyDictionary<string, GraphNode> nodes, string node, string ancestor)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var seen = new HashSet<string>(StringComparer.Ordinal) { node };
        var open = new Stack<string>([node]);
        while (open.TryPop(out var next))
        {
            if (next == ancestor)
            {
                return true;
            }

            foreach (var parent in nodes.TryGetValue(next, out var known) ? known.After : [])
            {
                if (seen.Add(parent))
                {
                    open.Push(parent);
                }
            }
        }

        return false;
    }

    // Takes away what nothing before it holds back, until nothing is left or every one that is left waits for another of them.
    private static string? OnCycle(ImmutableArray<WorkflowNode> nodes)
    {
        var waits = nodes.ToDictionary(n => n.Name, n => n.After.Distinct(StringComparer.Ordinal).Count(), StringComparer.Ordinal);
        var children = nodes.SelectMany(n => n.After.Distinct(StringComparer.Ordinal).Select(parent => (parent, n.Name))).ToLookup(e => e.parent, e => e.Name, StringComparer.Ordinal);
        var free = new Queue<string>(nodes.Where(n => n.After.IsEmpty).Select(n => n.Name));
        while (free.TryDequeue(out var name))
        {
            waits.Remove(name);
            foreach (var child in children[name].Where(child => --waits[child] == 0))
            {
                free.Enqueue(child);
            }
        }

        if (waits.Count == 0)
        {
            return null;
        }

        // What is left may only stand behind a cycle; whoever follows parents comes onto it.
        var after = nodes.Where(n => waits.ContainsKey(n.Name)).ToDictionary(n => n.Name, n => n.After.First(waits.ContainsKey), StringComparer.Ordinal);
        var walked = new HashSet<string>(StringComparer.Ordinal);
        var at = nodes.First(n => waits.ContainsKey(n.Name)).Name;
        while (walked.Add(at))
        {
            at = after[at];
        }

        return at;
    }
}
