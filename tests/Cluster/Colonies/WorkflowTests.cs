using System.Text.Json.Nodes;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

[Collection(Scheduling.Name)]
public sealed class WorkflowTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    [Fact]
    public async Task A_child_starts_when_all_its_parents_have_succeeded_and_gets_what_they_returned()
    {
        var graph = await SubmitGraphAsync(("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["c", "b"]));
        Assert.Equal((0, 4, 1), ((int)graph["state"]!, graph["processids"]!.AsArray().Count, graph["rootprocessids"]!.AsArray().Count));

        await CloseAsync(await AssignNodeAsync("a"), "A");
        var (first, second) = (await AssignProcessAsync(), await AssignProcessAsync());
        Assert.Equal(["b", "c"], new[] { Name(first), Name(second) }.Order());
        Assert.Equal("""["A"]""", first["in"]!.ToJsonString());
        Assert.Equal(1, (int)(await GraphAsync(graph))["state"]!);
        await CloseAsync(first, Name(first).ToUpperInvariant());
        await CloseAsync(second, Name(second).ToUpperInvariant());
        var last = await AssignNodeAsync("d");
        Assert.Equal("""["C","B"]""", last["in"]!.ToJsonString());
        Assert.Equal(2, last["parents"]!.AsArray().Count);
        await CloseAsync(last, "D");

        var drawn = await Support.Eventually.SeeAsync(() => GraphAsync(graph), g => (int)g["state"]! == 2);
        Assert.Equal((4, 4), (drawn["nodes"]!.AsArray().Count, drawn["edges"]!.AsArray().Count));
        Assert.Equal(["", "", "input", "output"], drawn["nodes"]!.AsArray().Select(n => (string)n!["type"]!).Order(StringComparer.Ordinal));
        // Lists and counters follow the processes a moment later.
        var listed = await Support.Eventually.SeeAsync(
            () => Client.OkAsync(Executor, "getprocessgraphsmsg", new() { ["colonyname"] = Colony, ["count"] = 10, ["state"] = 2 }), l => l.AsArray().Count == 1);
        Assert.Equal(1, (int)(await Client.OkAsync(Executor, "getcolonystatsmsg", new() { ["colonyname"] = Colony }))["successfulworkflows"]!);
        Assert.Equal((string)graph["processgraphid"]!, (string)Assert.Single(listed.AsArray())!["processgraphid"]!);
        var processes = await Client.OkAsync(Executor, "getprocessesmsg", new() { ["colonyname"] = Colony, ["count"] = 100, ["state"] = -1, ["processgraphid"] = (string)graph["processgraphid"]! });
        Assert.Equal(4, processes.AsArray().Count);
    }

    [Fact]
    public async Task The_failure_of_a_node_that_others_depend_on_fails_the_rest()
    {
        var graph = await SubmitGraphAsync(("a", []), ("b", ["a"]), ("alone", []));
        var (first, second) = (await AssignProcessAsync(), await AssignProcessAsync());
        var (inner, alone) = Name(first) == "a" ? (first, second) : (second, first);
        await Client.OkAsync(Executor, "closefailedmsg", new() { ["processid"] = (string)inner["processid"]!, ["errors"] = new JsonArray("broken") });

        await Support.Eventually.SeeAsync(() => GraphAsync(graph), g => (int)g["state"]! == 3);
        await Support.Eventually.SeeAsync(() => ProcessAsync((string)alone["processid"]!), p => (int)p["state"]! == 3);
        await Client.RefusedAsync(400, Executor, "closesuccessfulmsg", new() { ["processid"] = (string)alone["processid"]! });
        Assert.Equal("""["broken"]""", (await ProcessAsync((string)inner["processid"]!))["errors"]!.ToJsonString());
        foreach (var id in graph["processids"]!.AsArray().Select(i => (string)i!).Where(i => i != (string)inner["processid"]!))
        {
            Assert.Equal("[]", (await ProcessAsync(id))["errors"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_failure_of_a_leaf_leaves_the_others_alone()
    {
        await SubmitGraphAsync(("a", []), ("leaf", []));
        var (first, second) = (await AssignProcessAsync(), await AssignProcessAsync());
        var (leaf, other) = Name(first) == "leaf" ? (first, second) : (second, first);
        await Client.OkAsync(Executor, "closefailedmsg", new() { ["processid"] = (string)leaf["processid"]!, ["errors"] = new JsonArray() });
        await CloseAsync(other, "ok");
    }

    [Fact]
    public async Task A_child_is_added_while_its_parent_runs()
    {
        var graph = await SubmitGraphAsync(("a", []), ("b", ["a"]));
        var parent = await AssignNodeAsync("a");
        var added = await Client.OkAsync(Executor, "addchildmsg", new()
        {
            ["processgraphid"] = (string)graph["processgraphid"]!,
            ["parentprocessid"] = (string)parent["processid"]!,
            ["childprocessid"] = "",
            ["insert"] = true,
            ["spec"] = Spec(s => s["nodename"] = "between"),
        });
        Assert.True((bool)added["waitforparents"]!);
        await CloseAsync(parent, 1);
        await CloseAsync(await AssignNodeAsync("between"), 2);
        var last = await AssignNodeAsync("b");
        Assert.Equal(2, last["parents"]!.AsArray().Count);
        await CloseAsync(last, 3);
        await Support.Eventually.SeeAsync(() => GraphAsync(graph), g => (int)g["state"]! == 2);
    }

    [Fact]
    public async Task What_is_no_graph_is_refused_and_nothing_of_it_remains()
    {
        foreach (var nodes in ((string, string[])[][])[[], [("a", ["b"]), ("b", ["a"])], [("a", ["nobody"])], [("a", []), ("a", [])], [("", [])]])
        {
            await Client.RefusedAsync(500, Executor, "submitworkflowspecmsg", new() { ["spec"] = Graph(nodes) });
        }

        Assert.Equal(0, (int)(await Client.OkAsync(Executor, "getcolonystatsmsg", new() { ["colonyname"] = Colony }))["waitingprocesses"]!);
    }

    [Fact]
    public async Task A_workflow_is_cancelled_and_removed_with_all_that_is_in_it()
    {
        var graph = await SubmitGraphAsync(("a", []), ("b", ["a"]));
        var id = (string)graph["processgraphid"]!;
        var process = (string)graph["processids"]![0]!;
        await Client.RefusedAsync(400, Executor, "cancelprocessmsg", new() { ["processid"] = process });
        await Client.RefusedAsync(400, Executor, "removeprocessmsg", new() { ["processid"] = process });
        await AssignNodeAsync("a");
        await Client.RefusedAsync(400, Executor, "removeprocessgraphmsg", new() { ["processgraphid"] = id });
        await Client.OkAsync(Executor, "cancelprocessgraphmsg", new() { ["processgraphid"] = id });
        Assert.Equal(4, (int)(await GraphAsync(graph))["state"]!);
        await Client.OkAsync(Executor, "removeprocessgraphmsg", new() { ["processgraphid"] = id });
        await Client.RefusedAsync(500, Executor, "getprocessgraphmsg", new() { ["processgraphid"] = id });
        await Client.RefusedAsync(404, Executor, "getprocessmsg", new() { ["processid"] = process });
    }

    private Task<JsonNode> SubmitGraphAsync(params (string Name, string[] After)[] nodes) => Client.OkAsync(Executor, "submitworkflowspecmsg", new() { ["spec"] = Graph(nodes) });

    private JsonObject Graph(params (string Name, string[] After)[] nodes) => new()
    {
        ["colonyname"] = Colony,
        ["functionspecs"] = new JsonArray([.. nodes.Select(n => Spec(s =>
        {
            s["nodename"] = n.Name;
            s["conditions"]!["colonyname"] = null;
            s["conditions"]!["dependencies"] = new JsonArray([.. n.After.Select(a => (JsonNode)a)]);
        }))]),
    };

    private Task<JsonNode> GraphAsync(JsonNode graph) => Client.OkAsync(Executor, "getprocessgraphmsg", new() { ["processgraphid"] = (string)graph["processgraphid"]! });

    private async Task<JsonNode> AssignNodeAsync(string name)
    {
        var process = await AssignProcessAsync();
        Assert.Equal(name, Name(process));
        return process;
    }

    private Task<JsonNode> CloseAsync(JsonNode process, JsonNode output) =>
        Client.OkAsync(Executor, "closesuccessfulmsg", new() { ["processid"] = (string)process["processid"]!, ["out"] = new JsonArray(output) });

    private static string Name(JsonNode process) => (string)process["spec"]!["nodename"]!;
}
