using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Queues;

/// <summary>What stands behind a long backlog that cannot start now is not hidden by it.</summary>
public sealed class BacklogTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    private const int Backlog = 50_000;

    [Fact]
    public async Task A_backlog_that_nobody_present_can_take_hides_nothing()
    {
        await FillAsync(""","priority":10,"conditions":{"location":"nowhere"}""");
        var id = await SubmitAsync();
        (await AssignAsync()).Id().ShouldBe(id);
        // And the other way round: who can take the backlog gets it, the oldest first.
        var got = await Api.AssignAsync(Queue, max: 100, more: ",\"location\":\"nowhere\"");
        got.Select(a => a.Id()).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{Queue}-{i:00000}"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_backlog_behind_one_taken_key_hides_nothing()
    {
        await FillAsync(""","priority":10,"concurrency":{"key":"k"}""");
        var holder = await AssignAsync();
        holder.Id().ShouldBe($"{Queue}-00000");
        var id = await SubmitAsync();
        (await AssignAsync()).Id().ShouldBe(id);
        var other = await SubmitAsync(""","concurrency":{"key":"another"}""");
        (await AssignAsync()).Id().ShouldBe(other);
        await Api.CompleteAsync(holder);
        (await AssignAsync()).Id().ShouldBe($"{Queue}-00001");
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!["waiting"]!.GetValue<int>().ShouldBe(Backlog - 2);
    }

    private async Task FillAsync(string more)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, Backlog / 1000), new ParallelOptions { MaxDegreeOfParallelism = 1 }, async (n, _) =>
        {
            var items = Enumerable.Range(n * 1000, 1000).Select(i => $$"""{"id":"{{Queue}}-{{i:00000}}","queue":"{{Queue}}","func":"f"{{more}}}""");
            var done = await Api.PostAsync("/v1/processes", string.Join('\n', items), "application/x-ndjson").OkAsync();
            done["items"]!.AsArray().ShouldAllBe(i => i!["status"]!.GetValue<int>() == 201);
        });
    }
}
