using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>The limits of a process end to end, by the clock of the store: never early, and they do happen.</summary>
public sealed class LimitTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task An_attempt_that_runs_too_long_is_taken_back_and_counted()
    {
        var first = await RunningAsync(""","maxExec":"400ms","maxRetries":1,"retry":{"delay":0}""");
        await Api.SayAsync(first, "heartbeat").OkAsync();
        var second = await AssignAsync();
        second.Attempt().ShouldBe(2);
        await Api.SayAsync(first, "complete").RefusedAsync(409, "Stop working");
        var failed = await Api.UntilAsync(first.Id(), "failed");
        failed.Reason().ShouldContain("max exec of 0.4 s. It was attempt 2 of 2.");
        var history = await Api.HistoryAsync(first.Id());
        (history[2].Time("at") - history[1].Time("at")).ShouldBeGreaterThanOrEqualTo(Limit);
        (history[4].Time("at") - history[3].Time("at")).ShouldBeGreaterThanOrEqualTo(Limit);
        history[2]["reason"]!.GetValue<string>().ShouldStartWith("max exec reached:");
    }

    [Fact]
    public async Task A_silent_attempt_loses_its_lease_and_a_speaking_one_keeps_it()
    {
        var silent = await RunningAsync(""","lease":"400ms","maxRetries":0""");
        var speaking = await RunningAsync(""","lease":"2s","maxRetries":0""");
        var lost = await Eventually.SeeAsync(
            async () =>
            {
                await Api.SayAsync(speaking, "heartbeat").OkAsync();
                return await Api.ProcessAsync(silent.Id());
            },
            p => p.Status() == "failed");
        lost.Reason().ShouldContain("silent for its whole lease of 0.4 s");
        var history = await Api.HistoryAsync(silent.Id());
        (history[2].Time("at") - history[1].Time("at")).ShouldBeGreaterThanOrEqualTo(Limit);
        (await Api.StatusAsync(speaking.Id())).ShouldBe("running");
        await Api.SayAsync(silent, "heartbeat").RefusedAsync(409, "is over");
    }

    [Fact]
    public async Task Log_lines_and_progress_keep_the_lease_as_a_heartbeat_does()
    {
        var running = await RunningAsync(""","lease":"1s","maxRetries":0""");
        var until = running.Time("leaseUntil");
        foreach (var (verb, body) in new[] { ("heartbeat", "{}"), ("progress", """{"fraction":0.1}"""), ("logs", """{"lines":[{"sequence":1,"text":"x"}]}""") })
        {
            var before = until;
            until = (await Eventually.SeeAsync(() => Api.SayAsync(running, verb, body).OkAsync(), a => a.Time("leaseUntil") > before)).Time("leaseUntil");
        }
    }

    [Fact]
    public async Task An_attempt_without_a_lease_may_be_silent()
    {
        var running = await RunningAsync(""","lease":0""");
        running["lease"].ShouldBeNull();
        running["leaseUntil"].ShouldBeNull();
        (await Api.SayAsync(running, "heartbeat").OkAsync())["leaseUntil"].ShouldBeNull();
        (await Api.ProcessAsync(running.Id()))["nextDeadline"].ShouldBeNull();
    }

    [Fact]
    public async Task A_process_that_waits_too_long_fails()
    {
        var id = await SubmitAsync(""","maxWait":"400ms" """);
        var failed = await Api.UntilAsync(id, "failed");
        failed.Reason().ShouldContain("max wait of 0.4 s");
        (failed.Time("finishedAt") - failed.Time("createdAt")).ShouldBeGreaterThanOrEqualTo(Limit);
        await Api.NothingAsync(Queue);
    }

    [Fact]
    public async Task A_process_that_is_taken_in_time_does_not_wait_too_long()
    {
        var running = await RunningAsync(""","maxWait":"1500ms" """);
        var other = await SubmitAsync(""","maxWait":"1500ms" """);
        await Api.UntilAsync(other, "failed");
        (await Api.StatusAsync(running.Id())).ShouldBe("running");
    }

    [Fact]
    public async Task A_deadline_fails_whatever_has_not_ended()
    {
        var deadline = (Seed.Store.Clock.GetUtcNow() + TimeSpan.FromSeconds(1.5)).ToString("O");
        var running = await RunningAsync($$""","deadline":"{{deadline}}" """);
        var waiting = await SubmitAsync($$""","deadline":"{{deadline}}" """);
        var parent = await SubmitAsync(""","conditions":{"executors":["somebody-else"]}""");
        var blocked = await SubmitAsync($$""","deadline":"{{deadline}}","after":["{{parent}}"]""");
        foreach (var id in new[] { running.Id(), waiting, blocked })
        {
            var failed = await Api.UntilAsync(id, "failed");
            failed.Reason().ShouldContain("deadline");
            failed.Time("finishedAt").ShouldBeGreaterThanOrEqualTo(DateTimeOffset.Parse(deadline, System.Globalization.CultureInfo.InvariantCulture));
        }

        (await Api.StoryAsync(running.Id())).ShouldBe("submitted assigned attemptEnded failed");
        await Api.PostAsync($"/v1/processes/{waiting}/retry").RefusedAsync(409, "deadline");
    }

    [Fact]
    public async Task A_deadline_in_the_past_fails_at_once_and_never_runs()
    {
        var id = await SubmitAsync(""","deadline":"2020-01-01T00:00:00Z" """);
        (await Api.UntilAsync(id, "failed")).Reason().ShouldContain("deadline");
        (await Api.StoryAsync(id)).ShouldBe("submitted failed");
    }

    [Fact]
    public async Task A_process_starts_not_before_its_time_and_in_the_order_of_the_times()
    {
        var start = Seed.Store.Clock.GetUtcNow();
        var times = new[] { 900, 300, 600 };
        var ids = new List<string>();
        foreach (var ms in times)
        {
            ids.Add(await SubmitAsync($$""","notBefore":"{{start.AddMilliseconds(ms):O}}" """));
        }

        (await Api.StatusAsync(ids[0])).ShouldBe("blocked");
        var order = new List<string>();
        foreach (var _ in times)
        {
            var running = await AssignAsync();
            order.Add(running.Id());
            (await Api.ProcessAsync(running.Id())).Time("startedAt").ShouldBeGreaterThanOrEqualTo(start.AddMilliseconds(times[ids.IndexOf(running.Id())]));
        }

        order.ShouldBe([ids[1], ids[2], ids[0]]);
    }

    [Fact]
    public async Task A_start_time_in_the_past_is_now()
    {
        var id = await SubmitAsync(""","notBefore":"2020-01-01T00:00:00Z" """);
        (await Api.StatusAsync(id)).ShouldBe("waiting");
    }

    [Fact]
    public async Task A_cancelled_future_process_does_not_start()
    {
        var id = await SubmitAsync($$""","notBefore":"{{Seed.Store.Clock.GetUtcNow().AddMilliseconds(500):O}}" """);
        await Api.PostAsync($"/v1/processes/{id}/cancel").OkAsync();
        var later = await SubmitAsync($$""","notBefore":"{{Seed.Store.Clock.GetUtcNow().AddMilliseconds(700):O}}" """);
        (await AssignAsync()).Id().ShouldBe(later);
        (await Api.StoryAsync(id)).ShouldBe("submitted cancelled");
    }
}
