using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>The life of a process from submit to result, and all that is kept of it.</summary>
public sealed class LifeTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_process_lives_from_submit_to_result()
    {
        var id = await SubmitAsync(""","name":"count words","runtime":"python","input":{"text":"a b"},"args":[1],"kwargs":{"k":2},"env":{"A":"B"},"priority":5,"labels":{"team":"x"},"finalExitCodes":[3],"maxExec":"10m" """, "count");
        var waiting = await Api.ProcessAsync(id);
        waiting.Status().ShouldBe("waiting");
        waiting["attempt"]!.GetValue<int>().ShouldBe(0);
        waiting["createdBy"]!.GetValue<string>().ShouldBe("local");
        waiting.Time("waitingSince").ShouldBe(waiting.Time("createdAt"));

        var running = await AssignAsync(""","runtimes":["python"]""");
        running.Id().ShouldBe(id);
        running.Attempt().ShouldBe(1);
        running["namespace"]!.GetValue<string>().ShouldBe("default");
        running["func"]!.GetValue<string>().ShouldBe("count");
        running["name"]!.GetValue<string>().ShouldBe("count words");
        running["input"]!.ToJsonString().ShouldBe("""{"text":"a b"}""");
        running["args"]!.ToJsonString().ShouldBe("[1]");
        running["kwargs"]!.ToJsonString().ShouldBe("""{"k":2}""");
        running["env"]!.ToJsonString().ShouldBe("""{"A":"B"}""");
        running["runtime"]!.GetValue<string>().ShouldBe("python");
        running["priority"]!.GetValue<int>().ShouldBe(5);
        running["labels"]!.ToJsonString().ShouldBe("""{"team":"x"}""");
        running["finalExitCodes"]!.ToJsonString().ShouldBe("[3]");
        running["lease"]!.GetValue<double>().ShouldBe(60);
        (running.Time("execUntil") - running.Time("leaseUntil")).ShouldBe(TimeSpan.FromMinutes(9));

        var alive = await Api.SayAsync(running, "heartbeat").OkAsync();
        alive["cancel"]!.GetValue<bool>().ShouldBeFalse();
        alive["drain"]!.GetValue<bool>().ShouldBeFalse();
        alive.Time("leaseUntil").ShouldBeGreaterThanOrEqualTo(running.Time("leaseUntil"));
        await Api.SayAsync(running, "progress", """{"fraction":0.5,"message":"half"}""").OkAsync();
        await Api.SayAsync(running, "logs", """{"lines":[{"sequence":1,"text":"one","stream":"out"},{"sequence":2,"text":"two"}]}""").OkAsync();
        var half = await Api.ProcessAsync(id);
        half.Status().ShouldBe("running");
        half["executor"]!.GetValue<string>().ShouldBe("w1");
        half["progress"]!.GetValue<double>().ShouldBe(0.5);
        half["progressText"]!.GetValue<string>().ShouldBe("half");
        half["nextDeadline"].ShouldNotBeNull();

        await Api.CompleteAsync(running, """{"result":{"words":2}}""");
        var done = await Api.ProcessAsync(id);
        done.Status().ShouldBe("succeeded");
        done["result"]!.ToJsonString().ShouldBe("""{"words":2}""");
        done["spec"]!["func"]!.GetValue<string>().ShouldBe("count");
        done["nextDeadline"].ShouldBeNull();
        done["reason"].ShouldBeNull();
        done.Time("finishedAt").ShouldBeGreaterThanOrEqualTo(done.Time("startedAt"));
        (await Api.GetAsync($"/v1/processes/{id}/logs").OkAsync())["items"]!.AsArray().Select(l => l!["text"]!.GetValue<string>()).ShouldBe(["one", "two"]);
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe("""{"succeeded":1}""");
    }

    [Fact]
    public async Task The_history_says_who_did_what_and_why()
    {
        var running = await RunningAsync(""","retry":{"delay":0}""");
        await Api.FailAsync(running, """{"error":"no disk"}""");
        await Api.SayAsync(await AssignAsync(executor: "w2"), "release", """{"reason":"too busy"}""").OkAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/priority", """{"priority":7}""").OkAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/attributes", """{"ticket":"T1"}""").OkAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/cancel", """{"reason":"not needed"}""").OkAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/retry", """{"reason":"needed after all"}""").OkAsync();
        var last = await AssignAsync(executor: "w3");
        last.Attempt().ShouldBe(3);
        await Api.CompleteAsync(last);

        var history = await Api.HistoryAsync(running.Id());
        string Told(JsonNode i) => $"{i["event"]} {i["from"]}>{i["to"]} {i["by"]} {i["attempt"]} {i["reason"]}";
        history.Select(Told).ShouldBe([
            "submitted >waiting local  ",
            "assigned waiting>running w1 1 to w1",
            "attemptEnded running>waiting local 1 failed: no disk",
            "assigned waiting>running w2 2 to w2",
            "attemptEnded running>waiting local 2 released, not counted: too busy",
            "priorityChanged waiting>waiting local  to 7",
            "attributesSet waiting>waiting local  ticket",
            "cancelled waiting>cancelled local  not needed",
            "reopened cancelled>waiting local  needed after all",
            "assigned waiting>running w3 3 to w3",
            "succeeded running>succeeded local 3 ",
        ]);
        history.Select(i => i.Time("at")).ShouldBe(history.Select(i => i.Time("at")).Order());
    }

    [Fact]
    public async Task Attributes_are_set_changed_and_removed_one_by_one()
    {
        var id = await SubmitAsync();
        await Api.PostAsync($"/v1/processes/{id}/attributes", """{"a":"1","b":"2","c d":"ä \"x\" {}"}""").OkAsync();
        var shown = await Api.PostAsync($"/v1/processes/{id}/attributes", """{"a":null,"b":"3","never":null}""").OkAsync();
        JsonNode.DeepEquals(shown["attributes"], JsonNode.Parse("""{"b":"3","c d":"ä \"x\" {}"}""")).ShouldBeTrue(shown.ToJsonString());
        await Api.CompleteAsync(await AssignAsync());
        (await Api.PostAsync($"/v1/processes/{id}/attributes", """{"b":null,"c d":null}""").OkAsync())["attributes"].ShouldBeNull();
    }

    [Fact]
    public async Task A_checkpoint_is_handed_to_the_next_attempt_whatever_ended_the_last()
    {
        var first = await RunningAsync(""","retry":{"delay":0},"maxRetries":-1""");
        await Api.SayAsync(first, "heartbeat", """{"checkpoint":{"at":1}}""").OkAsync();
        await Api.SayAsync(first, "heartbeat").OkAsync();
        await Api.FailAsync(first);
        var second = await AssignAsync();
        second["checkpoint"]!.ToJsonString().ShouldBe("""{"at":1}""");
        await Api.SayAsync(second, "heartbeat", """{"checkpoint":{"at":2}}""").OkAsync();
        await Api.SayAsync(second, "release").OkAsync();
        var third = await AssignAsync();
        third["checkpoint"]!.ToJsonString().ShouldBe("""{"at":2}""");
        await Api.FailAsync(third);
        (await AssignAsync())["checkpoint"]!.ToJsonString().ShouldBe("""{"at":2}""");
    }

    [Fact]
    public async Task The_trace_of_the_submitter_reaches_the_worker_and_is_not_part_of_the_spec()
    {
        const string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var id = Fresh("p");
        foreach (var (header, status) in new[] { (trace, 201), ("00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-00", 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/processes") { Content = new StringContent($$"""{"id":"{{id}}","queue":"{{Queue}}","func":"f"}""", System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Add("traceparent", header);
            using var response = await Api.Http.SendAsync(request);
            ((int)response.StatusCode).ShouldBe(status);
        }

        (await AssignAsync())["traceparent"]!.GetValue<string>().ShouldBe(trace);
    }

    [Fact]
    public async Task A_wait_for_the_end_is_answered_at_the_end_and_no_sooner()
    {
        var running = await RunningAsync();
        var waits = Enumerable.Range(0, 5).Select(_ => Api.GetAsync($"/v1/processes/{running.Id()}?wait=60s").OkAsync()).ToList();
        var present = await Api.GetAsync($"/v1/processes/{running.Id()}?wait=300ms").OkAsync();
        present.Status().ShouldBe("running");
        waits.ShouldAllBe(w => !w.IsCompleted);
        await Api.CompleteAsync(running, """{"result":42}""");
        foreach (var seen in await Task.WhenAll(waits))
        {
            seen.Status().ShouldBe("succeeded");
            seen["result"]!.GetValue<int>().ShouldBe(42);
        }
    }

    [Fact]
    public async Task A_wait_outlives_retries_and_hears_of_failure_and_cancel()
    {
        var failing = await RunningAsync(""","retry":{"delay":0},"maxRetries":1""");
        var failed = Api.GetAsync($"/v1/processes/{failing.Id()}?wait=60s").OkAsync();
        await Api.FailAsync(failing);
        var second = await AssignAsync();
        failed.IsCompleted.ShouldBeFalse();
        await Api.FailAsync(second);
        (await failed).Status().ShouldBe("failed");

        var id = await SubmitAsync();
        var cancelled = Api.GetAsync($"/v1/processes/{id}?wait=60s").OkAsync();
        await Api.PostAsync($"/v1/processes/{id}/cancel").OkAsync();
        (await cancelled).Status().ShouldBe("cancelled");
    }
}
