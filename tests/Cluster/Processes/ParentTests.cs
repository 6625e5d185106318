using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>Processes that wait for others.</summary>
public sealed class ParentTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_child_waits_for_the_success_of_its_parent()
    {
        var parent = await RunningAsync();
        var child = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        (await Api.StatusAsync(child)).ShouldBe("blocked");
        await Api.NothingAsync(Queue);
        await Api.CompleteAsync(parent);
        (await AssignAsync()).Id().ShouldBe(child);
        (await Api.StoryAsync(child)).ShouldBe("submitted unblocked assigned");
    }

    [Fact]
    public async Task A_child_of_a_finished_parent_starts_at_once()
    {
        var parent = await RunningAsync();
        await Api.CompleteAsync(parent);
        var child = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        (await AssignAsync()).Id().ShouldBe(child);
    }

    [Fact]
    public async Task A_chain_runs_in_order()
    {
        var ids = new List<string>();
        for (var n = 0; n < 10; n++)
        {
            ids.Add(await SubmitAsync(n == 0 ? "" : $$""","after":["{{ids[^1]}}"]"""));
        }

        foreach (var id in ids)
        {
            var running = await AssignAsync();
            running.Id().ShouldBe(id);
            await Api.CompleteAsync(running);
        }
    }

    [Fact]
    public async Task A_failure_fails_all_that_stands_behind_it_and_says_why()
    {
        var parent = await RunningAsync(""","maxRetries":0""");
        var child = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        var grandchild = await SubmitAsync($$""","after":["{{child}}"]""");
        await Api.FailAsync(parent);
        var failed = await Api.UntilAsync(child, "failed");
        failed.Reason().ShouldBe($"Its parent {parent.Id()} failed.");
        failed["cause"]!.GetValue<string>().ShouldBe(parent.Id());
        (await Api.UntilAsync(grandchild, "failed"))["cause"]!.GetValue<string>().ShouldBe(child);
        var late = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        await Api.UntilAsync(late, "failed");
        await Api.NothingAsync(Queue);
    }

    [Fact]
    public async Task A_cancel_cancels_all_that_stands_behind_it()
    {
        var parent = await SubmitAsync();
        var child = await SubmitAsync($$""","after":["{{parent}}"]""");
        var grandchild = await SubmitAsync($$""","after":["{{child}}"]""");
        await Api.PostAsync($"/v1/processes/{parent}/cancel").OkAsync();
        (await Api.UntilAsync(child, "cancelled")).Reason().ShouldBe($"Its parent {parent} was cancelled.");
        await Api.UntilAsync(grandchild, "cancelled");
    }

    [Fact]
    public async Task A_child_of_many_waits_for_the_last_of_them()
    {
        const int parents = 100;
        var batch = string.Join(',', Enumerable.Range(0, parents).Select(i => $$"""{"id":"{{Queue}}-{{i}}","queue":"{{Queue}}","func":"f"}"""));
        var ids = string.Join(',', Enumerable.Range(0, parents).Select(i => $"\"{Queue}-{i}\""));
        await Api.PostAsync("/v1/processes", $$"""[{"id":"{{Queue}}-child","queue":"{{Queue}}","func":"f","after":[{{ids}}]},{{batch}}]""").OkAsync();
        var running = new List<System.Text.Json.Nodes.JsonNode>();
        while (running.Count < parents)
        {
            running.AddRange(await Api.AssignAsync(Queue, max: parents));
        }

        running.ShouldNotContain(r => r.Id() == $"{Queue}-child");
        await Task.WhenAll(running.Skip(1).Select(r => Api.CompleteAsync(r)));
        await Api.NothingAsync(Queue);
        (await Api.StatusAsync($"{Queue}-child")).ShouldBe("blocked");
        await Api.CompleteAsync(running[0]);
        (await AssignAsync()).Id().ShouldBe($"{Queue}-child");
    }

    [Fact]
    public async Task A_retried_parent_reopens_the_children_that_failed_because_of_it()
    {
        var parent = await RunningAsync(""","maxRetries":0""");
        var child = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        var grandchild = await SubmitAsync($$""","after":["{{child}}"]""");
        var cancelled = await SubmitAsync($$""","after":["{{parent.Id()}}"]""");
        await Api.PostAsync($"/v1/processes/{cancelled}/cancel").OkAsync();
        await Api.FailAsync(parent);
        await Api.UntilAsync(grandchild, "failed");
        await Api.PostAsync($"/v1/processes/{parent.Id()}/retry").OkAsync();
        (await Api.UntilAsync(child, "blocked"))["cause"].ShouldBeNull();
        await Api.UntilAsync(grandchild, "blocked");
        // What somebody cancelled himself stays so.
        (await Api.StatusAsync(cancelled)).ShouldBe("cancelled");
        foreach (var id in new[] { parent.Id(), child, grandchild })
        {
            var running = await AssignAsync();
            running.Id().ShouldBe(id);
            await Api.CompleteAsync(running);
        }

        (await Api.StoryAsync(child)).ShouldBe("submitted failed reopened unblocked assigned succeeded");
    }

    [Fact]
    public async Task A_child_of_two_failed_parents_runs_only_when_both_were_retried()
    {
        var first = await RunningAsync(""","maxRetries":0""");
        var second = await RunningAsync(""","maxRetries":0""");
        var child = await SubmitAsync($$""","after":["{{first.Id()}}","{{second.Id()}}"]""");
        await Api.FailAsync(first);
        await Api.UntilAsync(child, "failed");
        await Api.FailAsync(second);
        await Api.PostAsync($"/v1/processes/{first.Id()}/retry").OkAsync();
        // It sees the other one failed.
        await Eventually.SeeAsync(() => Api.ProcessAsync(child), p => p.Status() == "failed" && p["cause"]!.GetValue<string>() == second.Id());
        await Api.PostAsync($"/v1/processes/{second.Id()}/retry").OkAsync();
        await Api.UntilAsync(child, "blocked");
        var one = await AssignAsync();
        var other = await AssignAsync();
        await Api.CompleteAsync(one);
        await Api.NothingAsync(Queue);
        await Api.CompleteAsync(other);
        (await AssignAsync()).Id().ShouldBe(child);
    }

    [Fact]
    public async Task A_child_waits_for_its_own_time_too()
    {
        var parent = await RunningAsync();
        var time = Seed.Store.Clock.GetUtcNow().AddMilliseconds(800);
        var child = await SubmitAsync($$""","after":["{{parent.Id()}}"],"notBefore":"{{time:O}}" """);
        await Api.CompleteAsync(parent);
        (await AssignAsync()).Id().ShouldBe(child);
        (await Api.ProcessAsync(child)).Time("startedAt").ShouldBeGreaterThanOrEqualTo(time);
    }

    [Fact]
    public async Task A_wide_and_deep_graph_ends_completely_with_workers_that_race()
    {
        // Ten layers of ten, each behind all of the layer before.
        var items = Enumerable.Range(0, 100).Select(i =>
        {
            var after = i < 10 ? "" : $",\"after\":[{string.Join(',', Enumerable.Range(((i / 10) - 1) * 10, 10).Select(p => $"\"{Queue}-{p}\""))}]";
            return $$"""{"id":"{{Queue}}-{{i}}","queue":"{{Queue}}","func":"f"{{after}}}""";
        });
        var submitted = await Api.PostAsync("/v1/processes", $"[{string.Join(',', items.Reverse())}]").OkAsync();
        submitted["items"]!.AsArray().ShouldAllBe(i => i!["status"]!.GetValue<int>() == 201);
        var order = new System.Collections.Concurrent.ConcurrentQueue<int>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async w =>
        {
            while (order.Count < 100)
            {
                foreach (var running in await Api.AssignAsync(Queue, $"w{w}", max: 4, wait: "300ms"))
                {
                    await Api.CompleteAsync(running);
                    order.Enqueue(int.Parse(running.Id()[(Queue.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture) / 10);
                }
            }
        }));
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe("""{"succeeded":100}""");
        order.Count.ShouldBe(100);
        // Every start of a layer came after the end of the one before.
        for (var layer = 1; layer < 10; layer++)
        {
            var starts = new List<DateTimeOffset>();
            var ends = new List<DateTimeOffset>();
            for (var i = 0; i < 10; i++)
            {
                ends.Add((await Api.ProcessAsync($"{Queue}-{((layer - 1) * 10) + i}")).Time("finishedAt"));
                starts.Add((await Api.ProcessAsync($"{Queue}-{(layer * 10) + i}")).Time("startedAt"));
            }

            starts.Min().ShouldBeGreaterThanOrEqualTo(ends.Max());
        }
    }
}
