using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Processes;

/// <summary>How attempts and processes end: fail, release, cancel, retry.</summary>
public sealed class EndTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Fact]
    public async Task A_failed_attempt_waits_its_delay_and_runs_again()
    {
        var first = await RunningAsync(""","retry":{"kind":"fixed","delay":"400ms"},"maxRetries":2""");
        await Api.FailAsync(first, """{"error":"once"}""");
        var blocked = await Api.ProcessAsync(first.Id());
        blocked.Status().ShouldBe("blocked");
        blocked.Reason().ShouldBe("once");
        blocked["retries"]!.GetValue<int>().ShouldBe(1);
        blocked["nextDeadline"].ShouldNotBeNull();
        var second = await AssignAsync();
        second.Attempt().ShouldBe(2);
        var history = await Api.HistoryAsync(first.Id());
        history.Select(i => i["event"]!.GetValue<string>()).ShouldBe(["submitted", "assigned", "attemptEnded", "unblocked", "assigned"]);
        (history[3].Time("at") - history[2].Time("at")).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public async Task A_fail_that_no_retry_helps_is_final()
    {
        var running = await RunningAsync(""","maxRetries":-1""");
        await Api.FailAsync(running, """{"error":"bad input","retryable":false}""");
        var failed = await Api.ProcessAsync(running.Id());
        failed.Status().ShouldBe("failed");
        failed.Reason().ShouldBe("bad input");
        failed["retries"]!.GetValue<int>().ShouldBe(1);
        await Api.NothingAsync(Queue);
        (await Api.StoryAsync(running.Id())).ShouldBe("submitted assigned attemptEnded failed");
    }

    [Fact]
    public async Task Used_up_retries_fail_the_process_with_the_last_error()
    {
        var id = await SubmitAsync(""","retry":{"delay":0},"maxRetries":2""");
        for (var n = 1; n <= 3; n++)
        {
            var running = await AssignAsync();
            running.Attempt().ShouldBe(n);
            await Api.FailAsync(running, $$"""{"error":"error {{n}}"}""");
        }

        var failed = await Api.ProcessAsync(id);
        failed.Status().ShouldBe("failed");
        failed.Reason().ShouldBe("error 3 It was attempt 3 of 3.");
        failed["retries"]!.GetValue<int>().ShouldBe(3);
        await Api.NothingAsync(Queue);
    }

    [Fact]
    public async Task No_retries_means_one_attempt()
    {
        var running = await RunningAsync(""","maxRetries":0""");
        await Api.FailAsync(running);
        (await Api.StatusAsync(running.Id())).ShouldBe("failed");
    }

    [Fact]
    public async Task A_release_is_not_counted_and_runs_again_at_once()
    {
        var id = await SubmitAsync(""","maxRetries":0""");
        for (var n = 1; n <= 5; n++)
        {
            var running = await AssignAsync();
            running.Attempt().ShouldBe(n);
            await Api.SayAsync(running, "release", """{"reason":"shutting down"}""").OkAsync();
            await Api.SayAsync(running, "release").OkAsync();
        }

        var waiting = await Api.ProcessAsync(id);
        waiting.Status().ShouldBe("waiting");
        waiting["retries"]!.GetValue<int>().ShouldBe(0);
        await Api.CompleteAsync(await AssignAsync());
    }

    [Fact]
    public async Task A_cancelled_waiting_process_never_runs()
    {
        var id = await SubmitAsync();
        var cancelled = await Api.PostAsync($"/v1/processes/{id}/cancel", """{"reason":"mistake"}""").OkAsync();
        cancelled.Status().ShouldBe("cancelled");
        cancelled.Reason().ShouldBe("mistake");
        await Api.PostAsync($"/v1/processes/{id}/cancel").OkAsync();
        await Api.NothingAsync(Queue);
        (await Api.StoryAsync(id)).ShouldBe("submitted cancelled");
    }

    [Fact]
    public async Task The_worker_of_a_cancelled_process_hears_of_it_whatever_it_says()
    {
        var running = await RunningAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/cancel").OkAsync();
        foreach (var (verb, body) in new[] { ("heartbeat", "{}"), ("progress", """{"fraction":1}"""), ("logs", """{"lines":[{"sequence":1,"text":"x"}]}""") })
        {
            var answer = await Api.SayAsync(running, verb, body).OkAsync();
            answer["cancel"]!.GetValue<bool>().ShouldBeTrue(verb);
            answer.Status().ShouldBe("cancelled");
        }

        await Api.SayAsync(running, "complete", """{"result":1}""").RefusedAsync(409, "cancelled");
        await Api.SayAsync(running, "fail").RefusedAsync(409, "cancelled");
        var batch = await Api.PostAsync("/v1/attempts/heartbeat", $$"""{"items":[{"id":"{{running.Id()}}","attempt":1}]}""").OkAsync();
        batch["items"]![0]!["cancel"]!.GetValue<bool>().ShouldBeTrue();
        var process = await Api.ProcessAsync(running.Id());
        process.Status().ShouldBe("cancelled");
        process["result"].ShouldBeNull();
    }

    [Fact]
    public async Task A_finished_process_is_neither_cancelled_nor_moved()
    {
        var running = await RunningAsync();
        await Api.PostAsync($"/v1/processes/{running.Id()}/retry").RefusedAsync(409, "running");
        await Api.CompleteAsync(running);
        await Api.PostAsync($"/v1/processes/{running.Id()}/cancel").RefusedAsync(409, "succeeded");
        await Api.PostAsync($"/v1/processes/{running.Id()}/priority", """{"priority":1}""").RefusedAsync(409, "succeeded");
        (await Api.StatusAsync(running.Id())).ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_retried_process_starts_a_new_series_and_its_attempts_go_on_rising()
    {
        var running = await RunningAsync(""","maxRetries":0""");
        await Api.FailAsync(running);
        var reopened = await Api.PostAsync($"/v1/processes/{running.Id()}/retry", """{"reason":"disk replaced"}""").OkAsync();
        reopened.Status().ShouldBe("waiting");
        reopened["retries"]!.GetValue<int>().ShouldBe(0);
        reopened["finishedAt"].ShouldBeNull();
        var second = await AssignAsync();
        second.Attempt().ShouldBe(2);
        await Api.SayAsync(running, "complete").RefusedAsync(409, "is over");
        await Api.CompleteAsync(second, """{"result":"good"}""");
        var again = await Api.PostAsync($"/v1/processes/{running.Id()}/retry").OkAsync();
        again["result"].ShouldBeNull();
        (await Api.ProcessAsync(running.Id()))["result"].ShouldBeNull();
        var third = await AssignAsync();
        await Api.SayAsync(second, "complete", """{"result":"good"}""").RefusedAsync(409, "is over");
        await Api.CompleteAsync(third, """{"result":"better"}""");
        (await Api.ProcessAsync(running.Id()))["result"]!.GetValue<string>().ShouldBe("better");
    }

    [Fact]
    public async Task Of_many_who_end_an_attempt_at_once_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var running = await RunningAsync(""","maxRetries":0""");
            var ends = new[]
            {
                Api.SayAsync(running, "complete", """{"result":1}"""),
                Api.SayAsync(running, "complete", """{"result":2}"""),
                Api.SayAsync(running, "fail", """{"error":"x"}"""),
                Api.PostAsync($"/v1/processes/{running.Id()}/cancel"),
                Api.SayAsync(running, "complete", """{"result":3}"""),
            };
            var answers = await Task.WhenAll(ends);
            answers.Count(a => (int)a.Status == 200).ShouldBe(1, string.Join(' ', answers.Select(a => a.Body)));
            (await Api.HistoryAsync(running.Id())).Count(i => i["event"]!.GetValue<string>() is "succeeded" or "failed" or "cancelled").ShouldBe(1);
        }
    }
}
