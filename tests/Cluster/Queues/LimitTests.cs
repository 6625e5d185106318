using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Queues;

/// <summary>Limits of queues and concurrency keys.</summary>
public sealed class LimitTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_paused_queue_starts_nothing_until_it_is_resumed()
    {
        (await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"paused":true}""").OkAsync())["paused"]!.GetValue<bool>().ShouldBeTrue();
        var id = await SubmitAsync();
        await Api.NothingAsync(Queue);
        (await Api.PostAsync($"/v1/queues/{Queue}/limits", """{"maxRunning":5}""").OkAsync())["paused"]!.GetValue<bool>().ShouldBeTrue();
        await Api.NothingAsync(Queue);
        var poll = AssignAsync();
        (await Api.PostAsync($"/v1/queues/{Queue}/resume").OkAsync())["maxRunning"]!.GetValue<int>().ShouldBe(5);
        (await poll).Id().ShouldBe(id);
        await Api.PostAsync($"/v1/queues/{Queue}/pause").OkAsync();
        await SubmitAsync();
        await Api.NothingAsync(Queue);
    }

    [Fact]
    public async Task A_queue_that_was_paused_before_it_came_into_memory_starts_nothing()
    {
        // The settings stand in the store only; the first poll and the first process bring the queue into memory.
        var queues = Enumerable.Range(0, 30).Select(i => $"{Queue}-{i}").ToList();
        foreach (var queue in queues)
        {
            await Seed.Store.Rows.PutQueueAsync(new Muster.Messages.QueueId("default", queue), new Muster.Persistence.ReadModel.QueueSettings { Paused = true }, Seed.Store.Clock.GetUtcNow());
        }

        var polls = queues.Select(q => Api.AssignAsync(q, wait: "1s")).ToList();
        await Task.WhenAll(queues.Select(q => Api.SubmitAsync($$"""{"queue":"{{q}}","func":"f"}""")));
        (await Task.WhenAll(polls)).SelectMany(p => p).ShouldBeEmpty();
    }

    [Fact]
    public async Task Max_running_holds_with_many_workers_at_once()
    {
        await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"maxRunning":3}""").OkAsync();
        await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 60).Select(_ => $$"""{"queue":"{{Queue}}","func":"f","retry":{"delay":0} }"""))}]").OkAsync();
        var most = await WorkAsync(60, 8, _ => "");
        most.Max.ShouldBe(3);
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString().ShouldBe("""{"succeeded":60}""");
    }

    [Fact]
    public async Task A_concurrency_key_holds_with_many_workers_at_once_and_keys_do_not_hinder_each_other()
    {
        await Api.PostAsync("/v1/processes", $"[{string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"queue":"{{Queue}}","func":"f{{i % 2}}","labels":{"k":"k{{i % 3}}"},"concurrency":{"key":"k{{i % 3}}","max":2} }"""))}]").OkAsync();
        var most = await WorkAsync(60, 10, a => a["labels"]!["k"]!.GetValue<string>());
        most.ByKey.Values.ShouldAllBe(n => n <= 2);
        most.Max.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task A_limit_counts_what_was_running_before_it()
    {
        var before = new List<JsonNode>();
        for (var i = 0; i < 3; i++)
        {
            before.Add(await RunningAsync());
        }

        await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"maxRunning":2}""").OkAsync();
        var next = await SubmitAsync();
        await Api.NothingAsync(Queue);
        await Api.CompleteAsync(before[0]);
        await Api.NothingAsync(Queue);
        await Api.CompleteAsync(before[1]);
        (await AssignAsync()).Id().ShouldBe(next);
    }

    [Fact]
    public async Task A_lowered_limit_takes_nothing_back_and_a_raised_one_starts_more_at_once()
    {
        await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"maxRunning":2}""").OkAsync();
        var first = await RunningAsync();
        var second = await RunningAsync();
        await Api.PostAsync($"/v1/queues/{Queue}/limits", """{"maxRunning":1}""").OkAsync();
        var third = await SubmitAsync();
        await Api.SayAsync(first, "heartbeat").OkAsync();
        await Api.CompleteAsync(first);
        await Api.NothingAsync(Queue);
        var poll = AssignAsync();
        await Api.PostAsync($"/v1/queues/{Queue}/limits", """{"maxRunning":2}""").OkAsync();
        (await poll).Id().ShouldBe(third);
        await Api.PostAsync($"/v1/queues/{Queue}/limits", "{}").OkAsync();
        (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["maxRunning"].ShouldBeNull();
        await Api.CompleteAsync(second);
    }

    [Fact]
    public async Task Every_way_out_of_an_attempt_gives_its_place_back()
    {
        await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"maxRunning":1}""").OkAsync();
        foreach (var end in new Func<JsonNode, Task>[]
        {
            a => Api.CompleteAsync(a),
            a => Api.FailAsync(a, """{"retryable":false}"""),
            a => Api.PostAsync($"/v1/processes/{a.Id()}/cancel").OkAsync(),
            async a =>
            {
                await Api.SayAsync(a, "release").OkAsync();
                await Api.PostAsync($"/v1/processes/{a.Id()}/cancel").OkAsync();
            },
            a => Api.UntilAsync(a.Id(), "failed"),
        })
        {
            var running = await RunningAsync(""","concurrency":{"key":"k"},"lease":"800ms","maxRetries":0""");
            await end(running);
        }

        await RunningAsync(""","concurrency":{"key":"k"}""");
    }

    [Fact]
    public async Task A_rate_bucket_starts_empty_and_fills_slowly()
    {
        await Api.SendAsync(HttpMethod.Put, $"/v1/queues/{Queue}", """{"ratePerSecond":4}""").OkAsync();
        var set = Seed.Store.Clock.GetUtcNow();
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await SubmitAsync());
        }

        for (var i = 0; i < 6; i++)
        {
            await AssignAsync();
        }

        var starts = new List<DateTimeOffset>();
        foreach (var id in ids)
        {
            starts.Add((await Api.ProcessAsync(id)).Time("startedAt"));
        }

        starts.Sort();
        // The n-th start needs n tokens, at four in a second; the bucket was set a moment before the clock was read.
        for (var n = 1; n <= 6; n++)
        {
            (starts[n - 1] - set).ShouldBeGreaterThan(TimeSpan.FromSeconds((n / 4d) - 0.15));
        }
    }

    [Fact]
    public async Task Under_reject_a_second_one_with_the_key_fails()
    {
        const string rule = ""","concurrency":{"key":"k","onConflict":"reject"}""";
        var first = await SubmitAsync(rule);
        var second = await SubmitAsync(rule);
        (await Api.UntilAsync(second, "failed")).Reason().ShouldBe($"The concurrency key 'k' is held by {first}.");
        var running = await AssignAsync();
        running.Id().ShouldBe(first);
        await Api.UntilAsync(await SubmitAsync(rule), "failed");
        // The key is the queue's, whatever function it is for.
        var other = await SubmitAsync(rule, "another");
        await Api.UntilAsync(other, "failed");
        await Api.CompleteAsync(running);
        var next = await SubmitAsync(rule);
        (await AssignAsync()).Id().ShouldBe(next);
        (await Api.StatusAsync(first)).ShouldBe("succeeded");
    }

    [Fact]
    public async Task Under_replace_the_older_ones_with_the_key_are_cancelled()
    {
        const string rule = ""","concurrency":{"key":"k","onConflict":"replace"}""";
        var first = await RunningAsync(rule);
        var second = await SubmitAsync(rule);
        (await Api.UntilAsync(first.Id(), "cancelled")).Reason().ShouldBe($"Replaced by {second} with the same concurrency key.");
        (await Api.SayAsync(first, "heartbeat").OkAsync())["cancel"]!.GetValue<bool>().ShouldBeTrue();
        var third = await SubmitAsync(rule, "another");
        await Api.UntilAsync(second, "cancelled");
        (await AssignAsync()).Id().ShouldBe(third);
    }

    [Fact]
    public async Task Of_many_at_once_under_replace_the_last_one_remains()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SubmitAsync(""","concurrency":{"key":"k","onConflict":"replace"}""")));
        var left = await Eventually.SeeAsync(() => Api.IdsAsync($"/v1/processes?queue={Queue}&status=waiting"), ids => ids.Count == 1);
        (await AssignAsync()).Id().ShouldBe(left[0]);
        (await Api.IdsAsync($"/v1/processes?queue={Queue}&limit=1")).ShouldBe(left);
    }

    [Fact]
    public async Task Under_queue_the_key_lets_one_run_after_the_other()
    {
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await SubmitAsync(""","concurrency":{"key":"k"}"""));
        }

        var free = await SubmitAsync();
        var running = await AssignAsync();
        running.Id().ShouldBe(ids[0]);
        (await AssignAsync()).Id().ShouldBe(free);
        await Api.NothingAsync(Queue);
        foreach (var id in ids.Skip(1))
        {
            await Api.CompleteAsync(running);
            running = await AssignAsync();
            running.Id().ShouldBe(id);
        }
    }

    // Workers that each take what they get, hold it until somebody else got something or nothing came, and complete it.
    private async Task<(int Max, Dictionary<string, int> ByKey)> WorkAsync(int processes, int workers, Func<JsonNode, string> keyOf)
    {
        var running = new Dictionary<string, int>();
        var most = new Dictionary<string, int>();
        var max = 0;
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async w =>
        {
            while (Volatile.Read(ref done) < processes)
            {
                var got = await Api.AssignAsync(Queue, $"w{w}", max: 1 + (w % 3), wait: "200ms");
                foreach (var key in got.Select(keyOf))
                {
                    lock (running)
                    {
                        running[key] = running.GetValueOrDefault(key) + 1;
                        most[key] = Math.Max(most.GetValueOrDefault(key), running[key]);
                        max = Math.Max(max, running.Values.Sum());
                    }
                }

                foreach (var assignment in got)
                {
                    await Api.SayAsync(assignment, "heartbeat").OkAsync();
                    lock (running)
                    {
                        running[keyOf(assignment)]--;
                    }

                    await Api.CompleteAsync(assignment);
                    Interlocked.Increment(ref done);
                }
            }
        }));
        return (max, most);
    }
}
