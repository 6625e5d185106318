using CsCheck;
using Muster.Engine.Workflows.Rules;
using Muster.Messages.Workflows;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Workflows;

public sealed class GraphTests
{
    [Fact]
    public void A_workflow_needs_a_node() => WorkflowGraph.Wrong(new WorkflowSpec()).ShouldNotBeNull().ShouldContain("no nodes");

    [Fact]
    public void Too_many_nodes_are_refused()
    {
        var nodes = Enumerable.Range(0, WorkflowGraph.MostNodes + 1).Select(i => $"n{i}").ToArray();

        WorkflowGraph.Wrong(Graphs.Of(nodes)).ShouldNotBeNull().ShouldContain("10001 nodes");
        WorkflowGraph.Wrong(Graphs.Of(nodes[1..])).ShouldBeNull();
    }

    [Fact]
    public void A_long_chain_is_taken() =>
        WorkflowGraph.Wrong(Graphs.Of([.. Enumerable.Range(0, WorkflowGraph.MostNodes).Select(i => i == 0 ? "n0" : $"n{i}: n{i - 1}")])).ShouldBeNull();

    [Fact]
    public void Every_node_needs_a_name_of_its_own()
    {
        WorkflowGraph.Wrong(Graphs.Of("a", "b", "a")).ShouldNotBeNull().ShouldContain("'a'");
        var nameless = Graphs.Of("a", "b");
        WorkflowGraph.Wrong(nameless with { Nodes = nameless.Nodes.SetItem(1, nameless.Nodes[1] with { Name = "" }) }).ShouldNotBeNull().ShouldStartWith("Node 2");
        WorkflowGraph.Wrong(nameless with { Nodes = nameless.Nodes.SetItem(1, nameless.Nodes[1] with { Name = "x\0" }) }).ShouldNotBeNull().ShouldContain("NUL");
        WorkflowGraph.Wrong(nameless with { Nodes = nameless.Nodes.SetItem(1, nameless.Nodes[1] with { Name = new string('x', 257) }) }).ShouldNotBeNull().ShouldContain("256");
    }

    [Fact]
    public void A_dependency_that_is_no_node_is_named_with_who_has_it() =>
        WorkflowGraph.Wrong(Graphs.Of("a", "b: a c")).ShouldNotBeNull().ShouldBe("The node 'b' comes after 'c', which is no node of the workflow.");

    [Theory]
    [InlineData("a: a")]
    [InlineData("a: b|b: a")]
    [InlineData("x|a: x c|b: a|c: b|d: c")]
    public void A_cycle_is_refused_with_a_node_on_it(string graph) =>
        WorkflowGraph.Wrong(Graphs.Of(graph.Split('|'))).ShouldNotBeNull().ShouldMatch("^The node '[abc]' stands on a cycle");

    [Fact]
    public void A_graph_is_taken_exactly_when_its_nodes_can_be_put_in_an_order() => Graphs.Any.Sample(spec =>
    {
        var done = new HashSet<string>();
        while (spec.Nodes.FirstOrDefault(n => !done.Contains(n.Name) && n.After.All(done.Contains)) is { } next)
        {
            done.Add(next.Name);
        }

        (WorkflowGraph.Wrong(spec) is null).ShouldBe(done.Count == spec.Nodes.Length);
        if (WorkflowGraph.Wrong(spec) is { } wrong)
        {
            var named = spec.Nodes.Single(n => wrong.StartsWith($"The node '{n.Name}' ", StringComparison.Ordinal));
            var nodes = spec.Nodes.ToDictionary(n => n.Name, n => new GraphNode(n.After));
            named.After.Any(parent => WorkflowGraph.ComesAfter(nodes, parent, named.Name)).ShouldBeTrue("it names one that is on a cycle, not behind one");
        }
    });

    [Fact]
    public void The_id_of_a_process_follows_from_workflow_and_node_and_says_so_in_64_digits()
    {
        var id = Graphs.Id.Process("a");

        id.ShouldBe(new WorkflowId("default", "flow").Process("a"));
        id.Namespace.ShouldBe("default");
        id.Id.ShouldMatch("^[0-9a-f]{64}$");
        id.Id.ShouldBe(new WorkflowId("other", "flow").Process("a").Id, "the namespace is no part of it");
        new[] { Graphs.Id.Process("b").Id, new WorkflowId("default", "flow2").Process("a").Id }.ShouldNotContain(id.Id);
    }
}
