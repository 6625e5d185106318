using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Queues;

/// <summary>Executors that register, are seen, and go.</summary>
public sealed class ExecutorTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task An_executor_registers_is_shown_and_registers_anew()
    {
        var id = Fresh("e");
        var (status, made) = await Api.PostAsync("/v1/executors", $$"""{"id":"{{id}}","types":["gpu"],"functions":["f"],"runtimes":["exec"],"labels":{"a":"b"},"location":"here","resources":{"gpu":2} }""");
        ((int)status).ShouldBe(201);
        made!["location"]!.GetValue<string>().ShouldBe("here");
        made["registeredAt"].ShouldNotBeNull();
        var (again, changed) = await Api.PostAsync("/v1/executors", $$"""{"id":"{{id}}","types":["cpu"]}""");
        ((int)again).ShouldBe(200);
        changed!["types"]!.ToJsonString().ShouldBe("[\"cpu\"]");
        changed["location"].ShouldBeNull();
        changed.Time("registeredAt").ShouldBe(made.Time("registeredAt"));
        (await Api.GetAsync($"/v1/executors/{id}").OkAsync()).ToJsonString().ShouldBe(changed.ToJsonString());
        (await Api.IdsAsync("/v1/executors")).ShouldContain(id);
        (await Api.IdsAsync($"/v1/executors?namespace={Queue}")).ShouldBeEmpty();
        ((int)(await Api.PostAsync($"/v1/executors/{id}/heartbeat")).Status).ShouldBe(204);
    }

    [Fact]
    public async Task A_removed_executor_gives_back_its_attempts_not_counted()
    {
        var gone = Fresh("gone");
        await Api.PostAsync("/v1/executors", $$"""{"id":"{{gone}}"}""").OkAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await SubmitAsync(""","maxRetries":0,"lease":"10m" """));
            await AssignAsync(executor: gone);
        }

        var other = await SubmitAsync();
        await AssignAsync(executor: "stays");
        ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/executors/{gone}")).Status).ShouldBe(204);
        var again = new List<string>();
        foreach (var _ in ids)
        {
            var running = await AssignAsync(executor: "stays");
            running.Attempt().ShouldBe(2);
            again.Add(running.Id());
        }

        again.ShouldBe(ids, ignoreOrder: true);
        (await Api.HistoryAsync(ids[0]))[2].Reason().ShouldContain($"not counted: Its executor {gone} was removed.");
        (await Api.ProcessAsync(other)).Attempt().ShouldBe(1);
        await Api.AttemptAsync(ids[0], 1, "complete").RefusedAsync(409, "Stop working");
        await Api.GetAsync($"/v1/executors/{gone}").RefusedAsync(404, "no executor");
        ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/executors/{gone}")).Status).ShouldBe(404);
        ((int)(await Api.PostAsync($"/v1/executors/{gone}/heartbeat")).Status).ShouldBe(404);
        ((int)(await Api.PostAsync("/v1/executors", $$"""{"id":"{{gone}}"}""")).Status).ShouldBe(201);
    }
}
