using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Muster.Persistence;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

/// <summary>What callers see when the store has trouble.</summary>
public sealed class StoreTroubleTests
{
    private const string Queue = "default";

    [Fact]
    public async Task A_store_that_is_too_busy_takes_nothing_new_and_lets_all_running_work_end()
    {
        using var folder = new TestFolder();
        var settings = new SeedSettings { Store = folder.File("muster.db"), Slots = 0 };
        var running = new List<JsonNode>();
        string waiting;
        await using (var before = await TestSeed.StartAsync(settings))
        {
            for (var i = 0; i < 4; i++)
            {
                await before.Api.SubmitAsync("""{"func":"f","id":"p<i>","retry":{"delay":0}}""".Replace("<i>", $"{i}", StringComparison.Ordinal));
                running.Add((await before.Api.AssignAsync(Queue)).ShouldHaveSingleItem());
            }

            waiting = await before.Api.SubmitAsync("""{"func":"f","priority":-1}""");
        }

        // A bound below nothing: always over it.
        await using var busy = await TestSeed.StartAsync(settings with { Bounds = new StoreOptions { ChannelBytes = -1 } });
        var api = busy.Api;
        using (var content = new StringContent("""{"func":"f","id":"new"}""", System.Text.Encoding.UTF8, "application/json"))
        using (var refused = await api.Http.PostAsync(new Uri("/v1/processes", UriKind.Relative), content))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }

        var batch = await api.PostAsync("/v1/processes", """[{"func":"f","id":"a"},{"func":"f","id":"b","after":["a"]},{"func":"f","id":"c","maxRetries":-2}]""").OkAsync();
        batch["items"]!.AsArray().Select(i => i!["status"]!.GetValue<int>()).ShouldBe([503, 503, 400]);
        await api.GetAsync("/v1/processes/new").RefusedAsync(404, "no process");
        (await api.SubmitAsync("""{"func":"f","priority":-1,"id":"<id>"}""".Replace("<id>", waiting, StringComparison.Ordinal))).ShouldBe(waiting);
        using (var file = new ByteArrayContent([1]))
        using (var refused = await api.Http.PutAsync(new Uri("/v1/processes/p0/files/a", UriKind.Relative), file))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        await api.SayAsync(running[0], "heartbeat", """{"checkpoint":1}""").OkAsync();
        await api.SayAsync(running[0], "progress", """{"fraction":0.5}""").OkAsync();
        await api.CompleteAsync(running[0], """{"result":1}""");
        await api.FailAsync(running[1], """{"retryable":false}""");
        await api.SayAsync(running[2], "release").OkAsync();
        await api.PostAsync("/v1/processes/p3/cancel").OkAsync();
        (await api.AssignAsync(Queue)).ShouldHaveSingleItem().Id().ShouldBe("p2");
        (await api.AssignAsync(Queue)).ShouldHaveSingleItem().Id().ShouldBe(waiting);
        (await api.PostAsync("/v1/processes/p1/retry").OkAsync()).Status().ShouldBe("waiting");
    }

    [Fact]
    public async Task While_the_store_is_held_up_logs_are_refused_beyond_a_bound_and_what_was_taken_is_kept()
    {
        using var folder = new TestFolder();
        await using var seed = await TestSeed.StartAsync(new SeedSettings { Store = folder.File("muster.db"), Slots = 0, Bounds = new StoreOptions { LogChannelBytes = 1_000 } });
        var api = seed.Api;
        var id = await api.SubmitAsync("""{"func":"f"}""");
        var running = (await api.AssignAsync(Queue)).ShouldHaveSingleItem();
        string Lines(int sequence) => $$"""{"lines":[{"sequence":{{sequence}},"text":"{{new string('x', 600)}}"}]}""";
        List<Task<(HttpStatusCode Status, JsonNode? Body)>> calls;
        int taken;
        using (var connection = new SqliteConnection(seed.Store.Sql.Connection))
        {
            // Somebody else writes: the writer has to wait.
            await connection.OpenAsync();
            using var hold = connection.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync();
            calls = [.. Enumerable.Range(1, 2).Select(n => api.SayAsync(running, "logs", Lines(n)))];
            var refused = calls.IndexOf(await Task.WhenAny(calls));
            ((int)(await calls[refused]).Status).ShouldBe(429);
            taken = 1 - refused;
            await api.GetAsync($"/v1/processes/{id}").OkAsync();
            hold.CommandText = "ROLLBACK";
            await hold.ExecuteNonQueryAsync();
        }

        (await calls[taken]).Status.ShouldBe(HttpStatusCode.OK);
        await api.SayAsync(running, "logs", Lines(3)).OkAsync();
        await api.CompleteAsync(running);
        (await api.GetAsync($"/v1/processes/{id}/logs").OkAsync())["items"]!.AsArray().Select(l => l!["sequence"]!.GetValue<int>()).ShouldBe([taken + 1, 3]);
    }

    [Fact]
    public async Task A_process_whose_history_is_damaged_says_so_and_hinders_nobody()
    {
        await using var seed = await TestSeed.StartAsync();
        var api = seed.Api;
        var done = await api.SubmitAsync("""{"func":"f","priority":9}""");
        await api.CompleteAsync((await api.AssignAsync(Queue)).ShouldHaveSingleItem());
        var waiting = await api.SubmitAsync("""{"func":"f","priority":5}""");
        await Eventually.TrueAsync(() => seed.HasLeftMemoryAsync(waiting));
        await Eventually.TrueAsync(() => seed.HasLeftMemoryAsync(done));
        Damage(seed.Store, done, 2);
        Damage(seed.Store, waiting, 1);

        foreach (var id in new[] { done, waiting })
        {
            await api.PostAsync($"/v1/processes/{id}/retry").RefusedAsync(500, "cannot be read");
            await api.PostAsync($"/v1/processes/{id}/cancel").RefusedAsync(500, "cannot be read");
            await api.AttemptAsync(id, 1, "complete").RefusedAsync(500, "cannot be read");
            var shown = await api.GetAsync($"/v1/processes/{id}?wait=60s").OkAsync();
            shown["damaged"]!.GetValue<string>().ShouldContain("cannot be read");
            (await api.HistoryAsync(id)).ShouldContain(i => i["event"]!.GetValue<string>() == "damaged");
            (await api.IdsAsync("/v1/processes")).ShouldContain(id);
        }

        await api.PostAsync("/v1/processes", """{"func":"f","priority":5,"id":"<id>"}""".Replace("<id>", waiting, StringComparison.Ordinal)).RefusedAsync(500, "cannot be read");
        var fine = await api.SubmitAsync("""{"func":"f"}""");
        var running = (await api.AssignAsync(Queue, wait: "30s")).ShouldHaveSingleItem();
        running.Id().ShouldBe(fine);
        await api.CompleteAsync(running);
        (await api.AssignAsync(Queue, wait: "300ms")).ShouldBeEmpty();
        await using var events = await Sse.OpenAsync(api, "/v1/events?after=0");
        string? last = null;
        while (last != fine)
        {
            last = (await events.NextAsync())!.Value.Data.Id();
        }
    }

    private static void Damage(IStore store, string id, int sequenceNumber)
    {
        using var connection = new SqliteConnection(store.Sql.Connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE journal SET message = x'7b2261223a' WHERE persistence_id = $id AND sequence_number = $nr";
        command.Parameters.AddWithValue("$id", $"p/default/{id}");
        command.Parameters.AddWithValue("$nr", sequenceNumber);
        command.ExecuteNonQuery().ShouldBe(1);
    }
}
