using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Schedules;

/// <summary>Schedules over HTTP, in real time.</summary>
public sealed class ScheduleTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    private readonly string _id = Fresh("s");

    [Fact]
    public async Task A_period_of_a_second_fires_each_slot_once_and_not_before_its_time()
    {
        var made = await Api.ScheduleAsync(_id, Queue, """ "every":"1s","overlap":"allow" """);
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") >= 4);
        ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}")).Status).ShouldBe(204);
        var work = await Api.OfQueueAsync(Queue);
        work.Count.ShouldBeGreaterThanOrEqualTo(4);
        var slots = work.Select(p => (int)Math.Floor((p.Time("createdAt") - made.Time("createdAt")).TotalSeconds)).ToList();
        slots.ShouldBeInOrder();
        slots[0].ShouldBeGreaterThanOrEqualTo(1);
        work.Count.ShouldBeLessThanOrEqualTo(slots[^1]);
        work.Select(p => p.Id()).ShouldBeUnique();
        work.ShouldAllBe(p => p.Id().Length == 64 && p["labels"]!["muster.schedule"]!.GetValue<string>() == _id && p["createdBy"]!.GetValue<string>() == "local");
        await Api.GetAsync($"/v1/schedules/{_id}").RefusedAsync(404, "no schedule");
    }

    [Fact]
    public async Task An_expression_fires_too()
    {
        var made = await Api.ScheduleAsync(_id, Queue, """ "cron":"TZ=Europe/Stockholm * * * * * *","overlap":"allow" """);
        made["next"]!.AsArray().Count.ShouldBe(5);
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") >= 2);
        await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}");
        (await Api.OfQueueAsync(Queue)).ShouldAllBe(p => p.Time("createdAt").Millisecond < 900);
    }

    [Fact]
    public async Task A_schedule_is_made_shown_replaced_listed_and_removed()
    {
        var made = await Api.ScheduleAsync(_id, Queue, """ "every":"1h","jitter":"5m","missed":"all","missedLimit":7,"overlap":"queue","maxQueued":3,"passPrevious":true """);
        (made["every"]!.GetValue<double>(), made["jitter"]!.GetValue<double>(), made["missed"]!.GetValue<string>(), made["overlap"]!.GetValue<string>()).ShouldBe((3_600, 300, "all", "queue"));
        (made.Number("missedLimit"), made.Number("maxQueued"), made["process"]!["func"]!.GetValue<string>(), made["paused"]!.GetValue<bool>()).ShouldBe((7, 3, "f", false));
        await Api.PostAsync("/v1/schedules", ScheduleSteps.Body(_id, Queue, """ "every":"2h" """)).RefusedAsync(409, "PUT replaces it");
        var (status, replaced) = await Api.SendAsync(HttpMethod.Put, $"/v1/schedules/{_id}", ScheduleSteps.Body(_id, Queue, """ "cron":"0 3 * * *" """));
        ((int)status).ShouldBe(200);
        (replaced!["cron"]!.GetValue<string>(), replaced["every"], replaced.Time("createdAt")).ShouldBe(("0 3 * * *", null, made.Time("createdAt")));
        var other = Fresh("t");
        ((int)(await Api.SendAsync(HttpMethod.Put, $"/v1/schedules/{other}", ScheduleSteps.Body(other, Queue, """ "cron":"0 3 * * *" """))).Status).ShouldBe(201);
        (await Api.IdsAsync("/v1/schedules?limit=1000")).ShouldContain(_id);
        var page = await Api.GetAsync("/v1/schedules?limit=1").OkAsync();
        (await Api.IdsAsync($"/v1/schedules?limit=1000&cursor={page["cursor"]}")).ShouldNotContain(page["items"]![0]!.Id());
        (await Api.IdsAsync("/v1/schedules?namespace=other")).ShouldBeEmpty();
        foreach (var id in new[] { _id, other })
        {
            ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{id}")).Status).ShouldBe(204);
            ((int)(await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{id}")).Status).ShouldBe(404);
        }
    }

    [Theory]
    [InlineData(""" "every":"1h","cron":"* * * * *" """, 400, "[every]")]
    [InlineData(""" "cron":"* * * *" """, 400, "[cron]")]
    [InlineData(""" "cron":"* * * * *","timeZone":"Europe/Atlantis" """, 400, "[timeZone]")]
    [InlineData(""" "cron":"0 0 30 2 *" """, 400, "never run")]
    [InlineData(""" "every":"10ms" """, 400, "[every]")]
    [InlineData(""" "every":"1h","overlap":"sometimes" """, 400, "[overlap]")]
    [InlineData(""" "every":"1h","missed":1 """, 400, "[missed]")]
    [InlineData(""" "every":"1h","maxQueued":0 """, 400, "[maxQueued]")]
    [InlineData(""" "every":"1h","end":"2020-01-01T00:00:00Z" """, 400, "never run")]
    [InlineData(""" "evry":"1h" """, 400, "evry")]
    public async Task What_is_wrong_is_told(string fields, int status, string part) =>
        await Api.PostAsync("/v1/schedules", ScheduleSteps.Body(_id, Queue, fields)).RefusedAsync(status, part);

    [Theory]
    [InlineData(""" "func":"f","id":"one" """, "[process.id]")]
    [InlineData(""" "func":"f","after":["p"] """, "[process.after]")]
    [InlineData(""" "func":"f","maxRetries":-7 """, "[process.maxRetries]")]
    [InlineData(""" "queue":"q" """, "[process.func]")]
    public async Task What_is_wrong_with_the_process_is_told(string process, string part) =>
        await Api.PostAsync("/v1/schedules", $$"""{"every":"1h","process":{ {{process}} } }""").RefusedAsync(400, part);

    [Fact]
    public async Task Nothing_is_fired_in_a_pause_but_what_somebody_triggers()
    {
        await Api.ScheduleAsync(_id, Queue, """ "every":"1s","overlap":"allow" """);
        var paused = await Api.PostAsync($"/v1/schedules/{_id}/pause").OkAsync();
        (paused["paused"]!.GetValue<bool>(), paused["nextAt"]).ShouldBe((true, null));
        await Api.PostAsync($"/v1/schedules/{_id}/pause").OkAsync();
        var before = (await Api.GetAsync($"/v1/schedules/{_id}").OkAsync()).Number("fired");
        var (status, triggered) = await Api.PostAsync($"/v1/schedules/{_id}/trigger");
        ((int)status).ShouldBe(202);
        triggered!["queued"]!.GetValue<bool>().ShouldBeFalse();
        (await Api.ProcessAsync(triggered.Id())).Status().ShouldBe("waiting");
        (await Api.GetAsync($"/v1/schedules/{_id}").OkAsync()).Number("fired").ShouldBe(before + 1);
        var resumed = await Api.PostAsync($"/v1/schedules/{_id}/resume").OkAsync();
        resumed["nextAt"].ShouldNotBeNull();
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") > before + 1);
        await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}");
        foreach (var what in new[] { "pause", "resume", "trigger" })
        {
            await Api.PostAsync($"/v1/schedules/{_id}/{what}").RefusedAsync(404, "no schedule");
        }
    }

    [Fact]
    public async Task With_skip_a_slot_passes_while_the_work_before_is_not_final()
    {
        await Api.ScheduleAsync(_id, Queue, """ "every":"1s" """);
        await Api.ScheduleUntilAsync(_id, s => s.Number("skipped") >= 2);
        (await Api.OfQueueAsync(Queue)).Count.ShouldBe(1);
        await Api.PostAsync($"/v1/schedules/{_id}/trigger").RefusedAsync(409, "not final");
        await Api.CompleteAsync(await AssignAsync());
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") == 2);
        await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}");
    }

    [Fact]
    public async Task With_queue_a_slot_waits_for_the_work_before_and_gets_its_output()
    {
        await Api.ScheduleAsync(_id, Queue, """ "every":"1s","overlap":"queue","maxQueued":1,"passPrevious":true """);
        var seen = await Api.ScheduleUntilAsync(_id, s => s.Number("queued") == 1 && s.Number("skipped") >= 1);
        seen.Number("fired").ShouldBe(1);
        await Api.PostAsync($"/v1/schedules/{_id}/pause").OkAsync();
        await Api.PostAsync($"/v1/schedules/{_id}/trigger").RefusedAsync(409, "not final");
        await Api.PostAsync($"/v1/schedules/{_id}/resume").OkAsync();
        (await Api.OfQueueAsync(Queue)).Count.ShouldBe(1);
        var first = await AssignAsync();
        first["spec"]?["input"].ShouldBeNull();
        await Api.CompleteAsync(first, """{"result":["a",1]}""");
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") == 2);
        await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}");
        (await Api.ProcessAsync((await Api.OfQueueAsync(Queue))[1].Id()))["spec"]!["input"]!.ToJsonString().ShouldBe("""["a",1]""");
    }

    [Fact]
    public async Task A_workflow_is_fired_whole_waits_for_the_one_before_and_gets_its_outputs()
    {
        var nodes = $$"""[{"name":"a","queue":"{{Queue}}","func":"f"},{"name":"b","queue":"{{Queue}}","func":"f","after":["a"]},{"name":"c","queue":"{{Queue}}","func":"f","after":["a"]}]""";
        await Api.PostAsync("/v1/schedules", $$"""{"id":"{{_id}}","every":"1h","overlap":"queue","passPrevious":true,"workflow":{"nodes":{{nodes}} } }""").OkAsync();
        var first = (await Api.PostAsync($"/v1/schedules/{_id}/trigger").OkAsync()).Id();
        var second = await Api.PostAsync($"/v1/schedules/{_id}/trigger").OkAsync();
        second["queued"]!.GetValue<bool>().ShouldBeTrue();
        (await Api.GetAsync($"/v1/workflows/{first}").OkAsync())["labels"]!["muster.schedule"]!.GetValue<string>().ShouldBe(_id);
        await Api.CompleteAsync(await AssignAsync(), """{"result":"of a"}""");
        await Api.CompleteAsync(await AssignAsync(), """{"result":[1]}""");
        await Api.GetAsync($"/v1/workflows/{second.Id()}").RefusedAsync(404, "no workflow");
        await Api.CompleteAsync(await AssignAsync(), """{"result":[2,3]}""");
        await Api.ScheduleUntilAsync(_id, s => s.Number("fired") == 2);
        var input = (await AssignAsync()).Id();
        (await Api.ProcessAsync(input))["spec"]!["input"]!.AsArray().Select(n => n!.GetValue<int>()).Order().ShouldBe([1, 2, 3]);
        await Api.SendAsync(HttpMethod.Delete, $"/v1/schedules/{_id}");
    }

    [Theory]
    [InlineData(""" "workflow":{"nodes":[]} """, "[workflow]")]
    [InlineData(""" "workflow":{"id":"w","nodes":[{"name":"a","func":"f"}]} """, "[workflow.id]")]
    [InlineData(""" "workflow":{"nodes":[{"name":"a","func":"f","after":["b"]}]} """, "[workflow]")]
    [InlineData(""" "workflow":{"nodes":[{"name":"a"}]} """, "[workflow.nodes[0].func]")]
    [InlineData(""" "workflow":{"nodes":[{"name":"a","func":"f"}]},"process":{"func":"f"} """, "[workflow]")]
    public async Task What_is_wrong_with_the_workflow_is_told(string work, string part) =>
        await Api.PostAsync("/v1/schedules", $$"""{"every":"1h",{{work}} }""").RefusedAsync(400, part);
}
