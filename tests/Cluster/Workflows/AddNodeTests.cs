using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Workflows;

/// <summary>Nodes that come in while a workflow runs.</summary>
public sealed class AddNodeTests(SeedFixture fixture) : WorkflowTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_new_node_runs_after_its_parent_and_the_workflow_ends_after_it()
    {
        var id = await FlowAsync("a");
        var a = await RunAsync("a");

        var flow = await AddAsync(id, "n", "a").OkAsync();

        States(flow).ShouldBe("a:running n:blocked");
        await Api.CompleteAsync(a);
        (await AddAsync(id, "n", "a").OkAsync())["nodes"]!.AsArray().Count.ShouldBe(2, "the same node again");
        await FlowUntilAsync(id, "running");
        await CompleteAsync("n");
        await FlowUntilAsync(id, "succeeded", "a:succeeded n:succeeded");
    }

    [Fact]
    public async Task What_waits_for_the_parent_waits_for_an_inserted_node_too()
    {
        var id = await FlowAsync("a", "b: a", "c: a", "d: b c");
        var a = await RunAsync("a");

        var flow = await AddAsync(id, "n", "a", ""","insert":true""").OkAsync();

        flow["nodes"]!.AsArray().Where(n => n!["after"]!.AsArray().Any(p => p!.GetValue<string>() == "n")).Select(n => n!["name"]!.GetValue<string>()).ShouldBe(["b", "c"], ignoreOrder: true);
        await Api.CompleteAsync(a);
        await CompleteAsync("n");
        foreach (var next in new[] { await AssignAsync(), await AssignAsync() })
        {
            next["name"]!.GetValue<string>().ShouldBeOneOf("b", "c");
            await Api.CompleteAsync(next);
        }

        await CompleteAsync("d");
        await FlowUntilAsync(id, "succeeded");
        (await Api.StoryAsync(await ProcessAsync(id, "b"))).ShouldBe("submitted parentAdded unblocked assigned succeeded");
    }

    [Fact]
    public async Task A_child_that_is_named_waits_for_the_new_node_too()
    {
        var id = await FlowAsync("a", "b", "c: b");
        var a = await RunAsync("a");
        var b = await RunAsync("b");

        await AddAsync(id, "n", "a", ""","child":"c" """).OkAsync();

        await Api.CompleteAsync(b);
        await Api.NothingAsync(Queue);
        await Api.CompleteAsync(a);
        await CompleteAsync("n");
        await CompleteAsync("c");
        await FlowUntilAsync(id, "succeeded");
    }

    [Fact]
    public async Task What_cannot_be_added_is_refused_and_changes_nothing()
    {
        var id = await FlowAsync("a", "b: a", "c");
        await AddAsync(id, "n", "a").RefusedAsync(409, "'a' is waiting");
        await AddAsync(id, "n", "nobody").RefusedAsync(400, "'nobody'");
        await RunAsync("a");
        await AddAsync(id, "b", "a").RefusedAsync(409, "another node 'b'");
        await AddAsync(id, "n", "a", ""","child":"c" """).RefusedAsync(409, "'c' is waiting");
        await AddAsync(id, "n", "a", ""","child":"a" """).RefusedAsync(400, "'a'");
        await AddAsync("nobody", "n", "a").RefusedAsync(404, "nobody");
        await Api.PostAsync($"/v1/workflows/{id}/nodes", """{"node":{"name":"n","func":"f"}}""").RefusedAsync(400, "[parent]");
        await Api.PostAsync($"/v1/workflows/{id}/nodes", """{"parent":"a","node":{"name":"n"}}""").RefusedAsync(400, "[node.func]");
        States(await FlowOfAsync(id)).ShouldBe("a:running b:blocked c:waiting");
    }

    private Task<(System.Net.HttpStatusCode Status, JsonNode? Body)> AddAsync(string id, string name, string parent, string more = "") =>
        Api.PostAsync($"/v1/workflows/{id}/nodes", $$"""{"parent":"{{parent}}","node":{{Node(name)}}{{more}}}""");
}
