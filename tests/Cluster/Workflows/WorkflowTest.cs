using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;

namespace Muster.Tests.Cluster.Workflows;

/// <summary>A test of workflows: what it says again and again.</summary>
public abstract class WorkflowTest(SeedFixture fixture) : ClusterTest(fixture)
{
    /// <summary>Nodes out of texts like "d: b c", in the queue of the test, that fail with their first attempt.</summary>
    protected string Nodes(params string[] nodes) => $"[{string.Join(',', nodes.Select(Node))}]";

    /// <summary>A node out of a text like "d: b c".</summary>
    protected string Node(string text)
    {
        var parts = text.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
        var after = string.Join(',', parts[1..].Select(p => $"\"{p}\""));
        return $$"""{"name":"{{parts[0]}}","func":"f","queue":"{{Queue}}","maxRetries":0{{(after.Length == 0 ? "" : $",\"after\":[{after}]")}}}""";
    }

    /// <summary>Submits a workflow and gives its id.</summary>
    protected Task<string> FlowAsync(params string[] nodes) => FlowAsync("fail-dependents", nodes);

    /// <summary>Submits a workflow with a failure policy and gives its id.</summary>
    protected async Task<string> FlowAsync(string onFailure, string[] nodes) =>
        (await Api.PostAsync("/v1/workflows", $$"""{"onFailure":"{{onFailure}}","nodes":{{Nodes(nodes)}}}""").OkAsync()).Id();

    /// <summary>The workflow with its nodes.</summary>
    protected Task<JsonNode> FlowOfAsync(string id) => Api.GetAsync($"/v1/workflows/{id}").OkAsync();

    /// <summary>The workflow, when it is in a state and its nodes are, by name, in theirs.</summary>
    protected Task<JsonNode> FlowUntilAsync(string id, string status, string nodes = "") =>
        Eventually.SeeAsync(() => FlowOfAsync(id), flow => flow.Status() == status && (nodes.Length == 0 || States(flow) == nodes));

    /// <summary>The states of the nodes, in the order of their names.</summary>
    protected static string States(JsonNode flow) =>
        string.Join(' ', flow["nodes"]!.AsArray().OrderBy(n => n!["name"]!.GetValue<string>(), StringComparer.Ordinal).Select(n => $"{n!["name"]}:{n!["status"]}"));

    /// <summary>The id of the process of a node.</summary>
    protected async Task<string> ProcessAsync(string id, string node) =>
        (await FlowOfAsync(id))["nodes"]!.AsArray().Single(n => n!["name"]!.GetValue<string>() == node)!.Id();

    /// <summary>Takes the next of the queue, which must be the process of a node.</summary>
    protected async Task<JsonNode> RunAsync(string node)
    {
        var running = await AssignAsync();
        running["name"]!.GetValue<string>().ShouldBe(node);
        return running;
    }

    /// <summary>Runs the next, which must be the process of a node, to its success.</summary>
    protected async Task CompleteAsync(string node) => await Api.CompleteAsync(await RunAsync(node));
}
