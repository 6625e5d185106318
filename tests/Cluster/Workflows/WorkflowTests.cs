using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Workflows;

/// <summary>Graphs of processes from their submit to their end.</summary>
public sealed class WorkflowTests(SeedFixture fixture) : WorkflowTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_diamond_runs_in_its_order_and_succeeds()
    {
        var (status, submitted) = await Api.PostAsync("/v1/workflows", $$"""{"name":"diamond","labels":{"team":"blue"},"nodes":{{Nodes("d: b c", "b: a", "c: a", "a")}}}""");
        ((int)status).ShouldBe(201, submitted?.ToJsonString());
        submitted = submitted.ShouldNotBeNull();
        States(submitted).ShouldBe("a:waiting b:blocked c:blocked d:blocked");
        var id = submitted.Id();
        (submitted.Status(), submitted["name"]!.GetValue<string>(), submitted["onFailure"]!.GetValue<string>(), submitted["labels"]!["team"]!.GetValue<string>())
            .ShouldBe(("waiting", "diamond", "fail-dependents", "blue"));
        submitted["nodes"]!.AsArray().Single(n => n!["name"]!.GetValue<string>() == "d")!["after"]!.ToJsonString().ShouldBe("""["b","c"]""");

        var a = await RunAsync("a");
        var running = await FlowUntilAsync(id, "running");
        running["startedAt"].ShouldNotBeNull();
        running["finishedAt"].ShouldBeNull();
        await Api.CompleteAsync(a);
        // No order is promised between what one parent releases.
        foreach (var between in new[] { await AssignAsync(), await AssignAsync() })
        {
            await Api.CompleteAsync(between);
        }

        await CompleteAsync("d");
        var done = await Api.GetAsync($"/v1/workflows/{id}?wait=30s").OkAsync();
        done.Status().ShouldBe("succeeded");
        done["counts"]!.ToJsonString().ShouldBe("""{"succeeded":4}""");
        done.Time("finishedAt").ShouldBeGreaterThanOrEqualTo(done.Time("startedAt"));
        (await Api.ProcessAsync(await ProcessAsync(id, "a")))["workflow"]!.GetValue<string>().ShouldBe(id);
        (await Api.GetAsync($"/v1/processes?workflow={id}&status=succeeded").OkAsync())["items"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_wait_ends_with_the_last_process()
    {
        var id = await FlowAsync("a");
        var wait = Api.GetAsync($"/v1/workflows/{id}?wait=30s").OkAsync();
        (await Api.GetAsync($"/v1/workflows/{id}?wait=200ms").OkAsync()).Status().ShouldBe("waiting");
        await CompleteAsync("a");
        (await wait).Status().ShouldBe("succeeded");
    }

    [Fact]
    public async Task The_same_submit_again_is_the_same_workflow_and_another_is_refused()
    {
        var id = Fresh("flow");
        string Body(string nodes) => $$"""{"id":"{{id}}","nodes":{{nodes}}}""";
        ((int)(await Api.PostAsync("/v1/workflows", Body(Nodes("a", "b: a")))).Status).ShouldBe(201);
        var (status, again) = await Api.PostAsync("/v1/workflows", Body(Nodes("a", "b: a")));
        ((int)status).ShouldBe(200);
        States(again!).ShouldBe("a:waiting b:blocked");
        await Api.PostAsync("/v1/workflows", Body(Nodes("a", "b"))).RefusedAsync(409, "another spec");
        var keyed = await Api.PostAsync("/v1/workflows", $$"""{"key":"{{id}}","nodes":{{Nodes("a")}}}""").OkAsync();
        (await Api.PostAsync("/v1/workflows", $$"""{"key":"{{id}}","nodes":{{Nodes("a")}}}""").OkAsync()).Id().ShouldBe(keyed.Id());
    }

    [Fact]
    public async Task A_workflow_that_cannot_run_is_refused_and_leaves_nothing()
    {
        var id = Fresh("flow");
        await RefusedAsync("[]", 400, "no nodes");
        await RefusedAsync(Nodes("a: b", "b: a"), 400, "cycle");
        await RefusedAsync(Nodes("a", "a"), 400, "'a'");
        await RefusedAsync(Nodes("a", "b: c"), 400, "'c'");
        await RefusedAsync("""[{"func":"f"}]""", 400, "Node 1");
        await RefusedAsync("""[{"name":"a","func":"f"},{"name":"b"}]""", 400, "[nodes[1].func]");
        await RefusedAsync("""[{"name":"a","func":"f","id":"x"}]""", 400, "id");
        (await Api.GetAsync($"/v1/workflows/{id}")).Status.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await Api.GetAsync($"/v1/processes?workflow={id}").OkAsync())["items"]!.AsArray().ShouldBeEmpty();

        Task RefusedAsync(string nodes, int status, string part) => Api.PostAsync("/v1/workflows", $$"""{"id":"{{id}}","nodes":{{nodes}}}""").RefusedAsync(status, part);
    }

    [Fact]
    public async Task A_workflow_whose_process_cannot_be_made_is_cancelled_and_says_why()
    {
        var id = Fresh("flow");
        var taken = new Messages.Workflows.WorkflowId("default", id).Process("b").Id;
        await Api.SubmitAsync($$"""{"id":"{{taken}}","func":"other","queue":"{{Fresh("elsewhere")}}"}""");

        await Api.PostAsync("/v1/workflows", $$"""{"id":"{{id}}","nodes":{{Nodes("a", "b")}}}""").RefusedAsync(409, "'b'");

        var flow = await FlowUntilAsync(id, "cancelled", "a:cancelled");
        flow.Reason().ShouldContain("'b'");
        (await Api.StatusAsync(taken)).ShouldBe("waiting");
    }

    [Theory]
    [InlineData("fail-dependents", "leaf", "running", "child:waiting inner:succeeded leaf:failed other:running")]
    [InlineData("fail-dependents", "inner", "running", "child:failed inner:failed leaf:waiting other:running")]
    [InlineData("fail-all", "leaf", "failed", "child:failed inner:succeeded leaf:failed other:failed")]
    [InlineData("fail-all-of-inner-node", "leaf", "running", "child:waiting inner:succeeded leaf:failed other:running")]
    [InlineData("fail-all-of-inner-node", "inner", "failed", "child:failed inner:failed leaf:failed other:failed")]
    public async Task A_failure_takes_with_it_what_the_policy_says(string policy, string failing, string other, string states)
    {
        var id = await FlowAsync(policy, ["inner", "other", "leaf", "child: inner"]);
        var inner = await RunAsync("inner");
        var beside = await RunAsync("other");
        if (failing == "leaf")
        {
            var leaf = await RunAsync("leaf");
            await Api.CompleteAsync(inner);
            await Api.UntilAsync(await ProcessAsync(id, "child"), "waiting");
            await Api.FailAsync(leaf);
        }
        else
        {
            await Api.FailAsync(inner);
        }

        var flow = await FlowUntilAsync(id, "failed", states);
        if (other == "failed")
        {
            await Eventually.SeeAsync(() => FlowOfAsync(id), f => f["finishedAt"] is not null);
            // Its worker learns it by being refused.
            (await Api.SayAsync(beside, "heartbeat")).Status.ShouldBe(System.Net.HttpStatusCode.Conflict);
            (await Api.ProcessAsync(beside.Id())).Reason().ShouldContain(await ProcessAsync(id, failing));
            await Api.NothingAsync(Queue);
        }
        else
        {
            flow["finishedAt"].ShouldBeNull("something goes on");
            await Api.CompleteAsync(beside);
        }
    }

    [Fact]
    public async Task A_retry_of_the_failed_node_reopens_the_workflow()
    {
        var id = await FlowAsync("a", "b: a");
        await Api.FailAsync(await RunAsync("a"));
        await FlowUntilAsync(id, "failed", "a:failed b:failed");
        await Eventually.SeeAsync(() => FlowOfAsync(id), f => f["finishedAt"] is not null);

        await Api.PostAsync($"/v1/processes/{await ProcessAsync(id, "a")}/retry").OkAsync();

        (await FlowUntilAsync(id, "waiting", "a:waiting b:blocked"))["finishedAt"].ShouldBeNull();
        await CompleteAsync("a");
        await CompleteAsync("b");
        (await Api.GetAsync($"/v1/workflows/{id}?wait=30s").OkAsync()).Status().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_retry_under_fail_all_reopens_what_failed_because_of_it()
    {
        var id = await FlowAsync("fail-all", ["a", "b", "c: b"]);
        var a = await RunAsync("a");
        var b = await RunAsync("b");
        await Api.FailAsync(a);
        await FlowUntilAsync(id, "failed", "a:failed b:failed c:failed");

        await Api.PostAsync($"/v1/processes/{a.Id()}/retry").OkAsync();

        await FlowUntilAsync(id, "waiting", "a:waiting b:waiting c:blocked");
        (await Api.SayAsync(b, "complete")).Status.ShouldBe(System.Net.HttpStatusCode.Conflict);
        foreach (var running in new[] { await AssignAsync(), await AssignAsync() })
        {
            await Api.CompleteAsync(running);
        }

        await CompleteAsync("c");
        await FlowUntilAsync(id, "succeeded");
    }

    [Fact]
    public async Task A_cancel_ends_all_that_is_not_final_before_it_is_answered()
    {
        var id = await FlowAsync("a", "b: a", "c", "d");
        await CompleteAsync("a");
        var running = await AssignAsync();

        var cancelled = await Api.PostAsync($"/v1/workflows/{id}/cancel", """{"reason":"not needed"}""").OkAsync();

        cancelled.Status().ShouldBe("cancelled");
        cancelled.Reason().ShouldBe("not needed");
        cancelled["finishedAt"].ShouldNotBeNull();
        States(cancelled).ShouldBe("a:succeeded b:cancelled c:cancelled d:cancelled");
        (await Api.SayAsync(running, "heartbeat").OkAsync())["cancel"]!.GetValue<bool>().ShouldBeTrue();
        await Api.NothingAsync(Queue);
        await Api.PostAsync($"/v1/workflows/{id}/cancel").OkAsync();

        var done = await FlowAsync("a");
        await CompleteAsync("a");
        await FlowUntilAsync(done, "succeeded");
        await Api.PostAsync($"/v1/workflows/{done}/cancel").RefusedAsync(409, "succeeded");
        await Api.PostAsync("/v1/workflows/nobody/cancel").RefusedAsync(404, "nobody");
    }

    [Fact]
    public async Task Workflows_are_listed_by_state_the_newest_first()
    {
        var nameSpace = Fresh("tenant");
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await Api.PostAsync($"/v1/workflows?namespace={nameSpace}", $$"""{"nodes":{{Nodes("a", "b: a")}}}""").OkAsync()).Id());
        }

        await Api.PostAsync($"/v1/workflows/{ids[1]}/cancel?namespace={nameSpace}").OkAsync();
        (await Api.IdsAsync($"/v1/workflows?namespace={nameSpace}")).ShouldBe([ids[2], ids[1], ids[0]]);
        (await Api.IdsAsync($"/v1/workflows?namespace={nameSpace}&status=cancelled,failed")).ShouldBe([ids[1]]);
        var page = await Api.GetAsync($"/v1/workflows?namespace={nameSpace}&limit=2").OkAsync();
        page["items"]![1]!["counts"]!.ToJsonString().ShouldBe("""{"cancelled":2}""");
        (await Api.IdsAsync($"/v1/workflows?namespace={nameSpace}&limit=2&cursor={page["cursor"]}")).ShouldBe([ids[0]]);
        await Api.GetAsync("/v1/workflows?status=none").RefusedAsync(400, "status");
        await Api.GetAsync("/v1/workflows?queue=q").RefusedAsync(400, "queue");
    }

    [Fact]
    public async Task A_thousand_nodes_are_submitted_and_cancelled_at_once()
    {
        var nodes = Nodes([.. Enumerable.Range(0, 1_000).Select(i => i < 10 ? $"n{i}" : $"n{i}: n{i - 10}")]);
        var flow = await Api.PostAsync("/v1/workflows", $$"""{"nodes":{{nodes}}}""").OkAsync();
        flow["counts"]!.ToJsonString().ShouldBe("""{"blocked":990,"waiting":10}""");

        var cancelled = await Api.PostAsync($"/v1/workflows/{flow.Id()}/cancel").OkAsync();

        cancelled["counts"]!.ToJsonString().ShouldBe("""{"cancelled":1000}""");
    }
}
