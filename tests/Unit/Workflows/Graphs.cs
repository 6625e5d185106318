using CsCheck;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;

namespace Muster.Tests.Unit.Workflows;

/// <summary>Graphs for tests, given and random.</summary>
internal static class Graphs
{
    public static readonly WorkflowId Id = new("default", "flow");

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Any graph of up to 12 nodes: an edge may point anywhere, to itself too.</summary>
    public static readonly Gen<WorkflowSpec> Any = Made(Gen.Const(0), (_, _) => true);

    /// <summary>A graph in which every edge points to a node of a lower number; the nodes stand in any order.</summary>
    public static readonly Gen<WorkflowSpec> Acyclic = Made(Gen.Int[1, 100], (child, parent) => parent < child);

    /// <summary>A workflow out of texts like "d: b c".</summary>
    public static WorkflowSpec Of(params string[] nodes) => new() { Nodes = [.. nodes.Select(Node)] };

    public static WorkflowSpec Of(WorkflowFailurePolicy policy, params string[] nodes) => Of(nodes) with { OnFailure = policy };

    public static WorkflowNode Node(string text)
    {
        var parts = text.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
        return new WorkflowNode { Name = parts[0], Process = new ProcessSpec { Queue = "q", Func = parts[0] }, After = [.. parts[1..]] };
    }

    private static Gen<WorkflowSpec> Made(Gen<int> order, Func<int, int, bool> edge) => Gen.Int[1, 12].SelectMany(n => Gen.Select(
        Gen.Select(Gen.Int[0, n - 1], Gen.Int[0, n - 1]).Array[0, 2 * n], order, (edges, by) => new WorkflowSpec
        {
            Nodes =
            [
                .. Enumerable.Range(0, n).OrderBy(i => (i + 1) * by % 101).Select(i => Node($"n{i}") with
                {
                    After = [.. edges.Where(e => e.Item1 == i && edge(i, e.Item2)).Select(e => $"n{e.Item2}")],
                }),
            ],
        }));
}
