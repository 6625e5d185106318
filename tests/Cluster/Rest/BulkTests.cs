using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class BulkTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_dry_run_counts_and_changes_nothing()
    {
        await SubmitAsync();
        await SubmitAsync();
        (await BulkAsync("\"action\":\"cancel\",\"dryRun\":true", $"\"queue\":\"{Queue}\"")).ShouldBe("""{"matched":2}""");
        (await CountsAsync()).ShouldBe("""{"waiting":2}""");
    }

    [Fact]
    public async Task All_that_match_are_cancelled_and_nothing_else()
    {
        var keep = await SubmitAsync(""","labels":{"keep":"yes"}""");
        var running = await AssignAsync();
        running.Id().ShouldBe(keep);
        await Task.WhenAll(Enumerable.Range(0, 1200).Chunk(600).Select(c => Api.PostAsync("/v1/processes", $"[{string.Join(',', c.Select(_ => $$"""{"queue":"{{Queue}}","func":"g","labels":{"keep":"no"} }"""))}]").OkAsync()));
        (await BulkAsync("\"action\":\"cancel\",\"reason\":\"clean up\"", $"\"queue\":\"{Queue}\",\"labels\":{{\"keep\":\"no\"}},\"status\":[\"waiting\",\"blocked\"]")).ShouldBe("""{"matched":1200,"changed":1200,"refused":0}""");
        (await CountsAsync()).ShouldBe("""{"cancelled":1200,"running":1}""");
        var one = (await Api.IdsAsync($"/v1/processes?queue={Queue}&status=cancelled&limit=1"))[0];
        (await Api.ProcessAsync(one)).Reason().ShouldBe("clean up");
        await Api.NothingAsync(Queue);
    }

    [Fact]
    public async Task Those_that_refuse_are_counted_as_refused()
    {
        await Api.CompleteAsync(await RunningAsync());
        var cancelled = await SubmitAsync();
        await Api.PostAsync($"/v1/processes/{cancelled}/cancel").OkAsync();
        await SubmitAsync();
        (await BulkAsync("\"action\":\"cancel\"", $"\"queue\":\"{Queue}\"")).ShouldBe("""{"matched":3,"changed":1,"refused":2}""");
    }

    [Fact]
    public async Task Failed_ones_are_retried_together()
    {
        for (var i = 0; i < 5; i++)
        {
            await Api.FailAsync(await RunningAsync(), """{"error":"x","retryable":false}""");
        }

        (await BulkAsync("\"action\":\"retry\",\"reason\":\"fixed\"", $"\"queue\":\"{Queue}\",\"status\":[\"failed\"]")).ShouldBe("""{"matched":5,"changed":5,"refused":0}""");
        (await Api.AssignAsync(Queue, max: 5)).ShouldAllBe(a => a.Attempt() == 2);
    }

    [Fact]
    public async Task Priorities_are_changed_together()
    {
        var first = await SubmitAsync();
        var second = await SubmitAsync(func: "urgent");
        (await BulkAsync("\"action\":\"priority\",\"priority\":9", $"\"queue\":\"{Queue}\",\"func\":\"urgent\"")).ShouldBe("""{"matched":1,"changed":1,"refused":0}""");
        (await AssignAsync()).Id().ShouldBe(second);
        (await AssignAsync()).Id().ShouldBe(first);
    }

    [Fact]
    public async Task A_bulk_call_stays_in_its_namespace()
    {
        var mine = await SubmitAsync();
        await Api.PostAsync($"/v1/processes?namespace={Queue}", $$"""{"queue":"{{Queue}}","func":"f"}""").OkAsync();
        var done = await Api.PostAsync($"/v1/processes/bulk?namespace={Queue}", $$"""{"action":"cancel","filter":{"queue":"{{Queue}}"} }""").OkAsync();
        done.ToJsonString().ShouldBe("""{"matched":1,"changed":1,"refused":0}""");
        (await Api.StatusAsync(mine)).ShouldBe("waiting");
    }

    private async Task<string> BulkAsync(string what, string filter)
    {
        JsonNode answer = await Api.PostAsync("/v1/processes/bulk", $"{{{what},\"filter\":{{{filter}}}}}").OkAsync();
        return answer.ToJsonString();
    }

    private async Task<string> CountsAsync() => (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString();
}
