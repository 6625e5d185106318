using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.BadInput;

/// <summary>What is said twice, contradicts itself, or stands in an odd order.</summary>
public sealed class SameAgainTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task The_same_submit_again_is_the_same_process()
    {
        var id = Fresh("p");
        var body = $$"""{"id":"{{id}}","queue":"{{Queue}}","func":"f","input":{"a":[1,2.0,1e5]},"maxExec":"1m","labels":{"x":"y"} }""";
        var (status, first) = await Api.PostAsync("/v1/processes", body);
        ((int)status).ShouldBe(201);
        var again = $$"""{ "labels": {"x":"y"}, "maxExec": 60, "func": "f", "queue": "{{Queue}}", "id": "{{id}}", "input": {"a": [1, 2.0, 1e5]} }""";
        var (repeated, second) = await Api.PostAsync("/v1/processes", again);
        ((int)repeated).ShouldBe(200);
        second!.ToJsonString().ShouldBe(first!.ToJsonString());
        (await Api.IdsAsync($"/v1/processes?queue={Queue}")).ShouldBe([id]);
        (await Api.StoryAsync(id)).ShouldBe("submitted");
    }

    [Fact]
    public async Task A_used_id_with_another_spec_is_refused_and_changes_nothing()
    {
        var id = await SubmitAsync($$""","id":"{{Fresh("p")}}" """);
        foreach (var other in new[] { "\"func\":\"g\"", "\"func\":\"f\",\"priority\":1", "\"func\":\"f\",\"input\":1", "\"func\":\"f\",\"maxRetries\":5", "\"func\":\"f\",\"after\":[]" })
        {
            var body = $$"""{"id":"{{id}}","queue":"{{Queue}}",{{other}}}""";
            await (other.Contains("after", StringComparison.Ordinal) ? Api.PostAsync("/v1/processes", body).OkAsync() : Api.PostAsync("/v1/processes", body).RefusedAsync(409, "another spec"));
        }

        await Api.PostAsync("/v1/processes", $$"""{"id":"{{id}}","queue":"elsewhere","func":"f"}""").RefusedAsync(409, "another spec");
        (await Api.StoryAsync(id)).ShouldBe("submitted");
    }

    [Fact]
    public async Task A_key_is_one_process_in_its_namespace_and_lives_on_after_the_end()
    {
        var key = "order 4711/ä";
        var body = $$"""{"key":"{{key}}","queue":"{{Queue}}","func":"f"}""";
        var id = await Api.SubmitAsync(body);
        (await Api.SubmitAsync(body)).ShouldBe(id);
        var elsewhere = await Api.PostAsync($"/v1/processes?namespace={Queue}", body).OkAsync();
        elsewhere.Id().ShouldNotBe(id);
        await Api.CompleteAsync(await AssignAsync());
        (await Api.SubmitAsync(body)).ShouldBe(id);
        (await Api.StatusAsync(id)).ShouldBe("succeeded");
        await Api.PostAsync("/v1/processes", $$"""{"key":"{{key}}","queue":"{{Queue}}","func":"g"}""").RefusedAsync(409, "another spec");
    }

    [Fact]
    public async Task Many_at_once_with_one_key_are_one_process()
    {
        var body = $$"""{"key":"{{Queue}}","queue":"{{Queue}}","func":"f"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Api.PostAsync("/v1/processes", body)));
        answers.Select(a => a.Body!.Id()).Distinct().ShouldHaveSingleItem();
        answers.Count(a => (int)a.Status == 201).ShouldBe(1);
        answers.Count(a => (int)a.Status == 200).ShouldBe(39);
    }

    [Fact]
    public async Task The_same_complete_again_is_answered_and_a_different_one_is_refused()
    {
        var running = await RunningAsync();
        await Api.CompleteAsync(running, """{"result":{"a":1}}""");
        await Api.CompleteAsync(running, """{"result":{"a":1}}""");
        await Api.SayAsync(running, "complete", """{"result":{"a":2}}""").RefusedAsync(409, "another result");
        await Api.SayAsync(running, "complete").RefusedAsync(409, "another result");
        await Api.SayAsync(running, "fail").RefusedAsync(409, "is over");
        (await Api.ProcessAsync(running.Id()))["result"]!.ToJsonString().ShouldBe("""{"a":1}""");
        (await Api.StoryAsync(running.Id())).ShouldBe("submitted assigned succeeded");
    }

    [Fact]
    public async Task Words_for_another_attempt_are_refused_and_change_nothing()
    {
        var first = await RunningAsync(""","retry":{"delay":0}""");
        await Api.SayAsync(first, "release", """{"reason":"not me"}""").OkAsync();
        var second = await AssignAsync();
        second.Attempt().ShouldBe(2);
        foreach (var attempt in new[] { 1, 3, int.MaxValue })
        {
            foreach (var (verb, body) in new[] { ("complete", "{}"), ("fail", "{}"), ("release", "{}"), ("heartbeat", """{"checkpoint":1}"""), ("progress", """{"fraction":0.9}"""), ("logs", """{"lines":[{"sequence":1,"text":"late"}]}""") })
            {
                if ((verb, attempt) == ("release", 1))
                {
                    // That is the same release again.
                    continue;
                }

                await Api.AttemptAsync(first.Id(), attempt, verb, body).RefusedAsync(409, attempt == 1 ? "Stop working" : "no attempt");
            }
        }

        var process = await Api.ProcessAsync(first.Id());
        process.Status().ShouldBe("running");
        process["progress"].ShouldBeNull();
        (await Api.GetAsync($"/v1/processes/{first.Id()}/logs").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
        (await Api.StoryAsync(first.Id())).ShouldBe("submitted assigned attemptEnded assigned");
        await Api.SayAsync(second, "fail").OkAsync();
        (await AssignAsync())["checkpoint"].ShouldBeNull();
    }

    [Fact]
    public async Task A_repeated_fail_counts_once()
    {
        var running = await RunningAsync(""","retry":{"delay":"1h","cap":"1h"}""");
        await Api.FailAsync(running);
        await Api.FailAsync(running);
        (await Api.ProcessAsync(running.Id()))["retries"]!.GetValue<int>().ShouldBe(1);
        await Api.SayAsync(running, "release").RefusedAsync(409, "is over");
        await Api.SayAsync(running, "complete").RefusedAsync(409, "is over");
    }

    [Fact]
    public async Task In_a_batch_every_item_gets_its_own_verdict_in_order()
    {
        var used = await SubmitAsync();
        var done = await Api.PostAsync("/v1/processes", $$"""
            [
              {"id":"{{Queue}}-child","queue":"{{Queue}}","func":"f","after":["{{Queue}}-parent","{{Queue}}-parent"]},
              {"queue":"{{Queue}}","func":"f","maxRetries":-2},
              {"id":"{{used}}","queue":"{{Queue}}","func":"other"},
              {"id":"{{used}}","queue":"{{Queue}}","func":"f"},
              {"id":"{{Queue}}-parent","queue":"{{Queue}}","func":"f"},
              {"id":"{{Queue}}-parent","queue":"{{Queue}}","func":"f"},
              {"id":"{{Queue}}-orphan","queue":"{{Queue}}","func":"f","after":["{{Queue}}-nobody"]},
              {"id":"{{Queue}}-grandorphan","queue":"{{Queue}}","func":"f","after":["{{Queue}}-orphan"]},
              {"id":"{{Queue}}-big","queue":"{{Queue}}","func":"f","input":"{{new string('x', 1 << 20)}}"},
              {"id":"{{Queue}}-grandchild","queue":"{{Queue}}","func":"f","after":["{{Queue}}-child","{{Queue}}-parent"]},
              null,
              5
            ]
            """).OkAsync();
        var items = done["items"]!.AsArray();
        items.Select(i => i!["status"]!.GetValue<int>()).ShouldBe([201, 400, 409, 409, 201, 409, 400, 400, 413, 201, 400, 400]);
        items[1]!["problem"]!["field"]!.GetValue<string>().ShouldBe("maxRetries");
        var left = await Api.IdsAsync($"/v1/processes?queue={Queue}");
        left.ShouldBe([$"{Queue}-grandchild", $"{Queue}-child", $"{Queue}-parent", used], ignoreOrder: true);
        (await Counts()).ShouldBe("""{"blocked":2,"waiting":2}""");
    }

    [Fact]
    public async Task Parents_that_form_a_cycle_are_refused_with_all_that_stands_behind_it()
    {
        var done = await Api.PostAsync("/v1/processes", $$"""
            [
              {"id":"{{Queue}}-a","queue":"{{Queue}}","func":"f","after":["{{Queue}}-c"]},
              {"id":"{{Queue}}-b","queue":"{{Queue}}","func":"f","after":["{{Queue}}-a"]},
              {"id":"{{Queue}}-c","queue":"{{Queue}}","func":"f","after":["{{Queue}}-b"]},
              {"id":"{{Queue}}-d","queue":"{{Queue}}","func":"f","after":["{{Queue}}-c"]},
              {"id":"{{Queue}}-self","queue":"{{Queue}}","func":"f","after":["{{Queue}}-self"]},
              {"id":"{{Queue}}-free","queue":"{{Queue}}","func":"f"}
            ]
            """).OkAsync();
        done["items"]!.AsArray().Select(i => i!["status"]!.GetValue<int>()).ShouldBe([400, 400, 400, 400, 400, 201]);
        done["items"]![0]!["problem"]!["detail"]!.GetValue<string>().ShouldContain("cycle");
        (await Api.IdsAsync($"/v1/processes?queue={Queue}")).ShouldBe([$"{Queue}-free"]);
    }

    [Fact]
    public async Task Lines_that_are_no_json_get_their_own_verdicts()
    {
        var done = await Api.PostAsync("/v1/processes", $$"""
            {"queue":"{{Queue}}","func":"a"}
            {"queue":"{{Queue}}","func":
            
            {"queue":"{{Queue}}","func":"b","func":"c"}
            {"queue":"{{Queue}}","func":"b","input":{"a":1,"a":2} }
            {"queue":"{{Queue}}","func":"d"}
            """, "application/x-ndjson").OkAsync();
        done["items"]!.AsArray().Select(i => i!["status"]!.GetValue<int>()).ShouldBe([201, 400, 400, 400, 201]);
        (await Api.IdsAsync($"/v1/processes?queue={Queue}")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Values_come_out_as_they_went_in()
    {
        var input = """{"big":12345678901234567890123,"one":1.0,"e":1E+5,"text":"ä\u0000\u2028 \"q\" 😀","deep":[[[{}]]],"null":null,"":true}""";
        var running = await RunningAsync($$""","input":{{input}},"args":[1.50,null],"kwargs":{"a b":[]},"env":{"A":"ä=b\nc"},"labels":{"ä b":"'\"%"}""");
        Same(running["input"], input);
        running["args"]!.ToJsonString().ShouldBe("[1.50,null]");
        running["env"]!["A"]!.GetValue<string>().ShouldBe("ä=b\nc");
        await Api.SayAsync(running, "heartbeat", $$"""{"checkpoint":{{input}}}""").OkAsync();
        await Api.SayAsync(running, "release").OkAsync();
        var second = await AssignAsync();
        Same(second["checkpoint"], input);
        await Api.CompleteAsync(second, $$"""{"result":{{input}}}""");
        var process = await Api.ProcessAsync(running.Id());
        Same(process["result"], input);
        Same(process["spec"]!["input"], input);
        process["labels"]!["ä b"]!.GetValue<string>().ShouldBe("'\"%");
        (await Api.IdsAsync($"/v1/processes?label={Uri.EscapeDataString("ä b='\"%")}")).ShouldBe([running.Id()]);
    }

    [Fact]
    public async Task Nothing_is_taken_so_deep_that_it_could_not_be_given_out_again()
    {
        var taken = 0;
        for (var depth = 50; depth <= 64; depth++)
        {
            var nest = new string('[', depth) + new string(']', depth);
            var (status, body) = await Api.PostAsync("/v1/processes", $$"""{"queue":"{{Queue}}","func":"f","input":{{nest}},"kwargs":{"k":{{nest}} } }""");
            ((int)status).ShouldBeOneOf([201, 400], $"{depth}");
            if ((int)status == 400)
            {
                continue;
            }

            taken++;
            var id = body!.Id();
            (await Api.ProcessAsync(id))["spec"]!["input"]!.ToJsonString().ShouldBe(nest);
            var running = await AssignAsync();
            running["input"]!.ToJsonString().ShouldBe(nest);
            foreach (var (verb, field) in new[] { ("heartbeat", "checkpoint"), ("complete", "result") })
            {
                (await Api.SayAsync(running, verb, $$"""{"{{field}}":{{nest}}}""")).Status.ShouldBe(System.Net.HttpStatusCode.OK, $"{verb} {depth}");
            }

            (await Api.ProcessAsync(id))["result"]!.ToJsonString().ShouldBe(nest);
            (await Api.StoryAsync(id)).ShouldBe("submitted assigned succeeded");
            // What it left memory with, it can be read from again.
            (await Api.PostAsync($"/v1/processes/{id}/retry").OkAsync()).Status().ShouldBe("waiting");
            (await AssignAsync())["input"]!.ToJsonString().ShouldBe(nest);
        }

        taken.ShouldBeGreaterThan(0);
    }

    private static void Same(JsonNode? seen, string expected) => JsonNode.DeepEquals(seen, JsonNode.Parse(expected)).ShouldBeTrue($"{seen?.ToJsonString()}");

    private async Task<string> Counts() => (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString();
}
