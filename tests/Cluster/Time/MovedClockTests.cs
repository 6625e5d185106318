using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Time;

/// <summary>Limits to the millisecond: not one early, and at once when the time has come, in memory or not.</summary>
public sealed class MovedClockTests(MovedClockFixture fixture) : ClusterTest(fixture), IClassFixture<MovedClockFixture>
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private FakeTimeProvider Clock => fixture.Clock;

    [Fact]
    public async Task What_an_executor_said_of_no_process_goes_when_the_retention_is_over()
    {
        var said = new MessageFilter { Namespace = Fresh("n"), Executor = "w", Limit = 10 };
        await Seed.Store.Rows.AppendLogAsync(said.Namespace, "w", new LogLine(1, Clock.GetUtcNow(), "log", "old"));
        Clock.Advance(MovedClockFixture.Retention);
        await Seed.Store.Rows.AppendLogAsync(said.Namespace, "w", new LogLine(2, Clock.GetUtcNow(), "log", "new"));
        (await Seed.Store.Read.MessagesAsync(said)).Select(m => m.Text).ShouldBe(["old", "new"], "Not early.");

        Clock.Advance(Millisecond);
        await Eventually.SeeAsync(() => Seed.Store.Read.MessagesAsync(said), m => m.Count == 1);
        (await Seed.Store.Read.MessagesAsync(said)).Select(m => m.Text).ShouldBe(["new"]);
    }

    [Theory]
    [InlineData("20s", true)]
    [InlineData("20s", false)]
    [InlineData("3h", true)]
    [InlineData("400d", true)]
    [InlineData("0.001s", false)]
    public async Task Max_wait(string maxWait, bool left)
    {
        var id = await SubmitAsync($$""","maxWait":"{{maxWait}}" """);
        await FiresAsync(id, (await Api.ProcessAsync(id)).Time("nextDeadline"), "failed", left);
        (await Api.StoryAsync(id)).ShouldBe("submitted failed");
    }

    [Fact]
    public async Task Max_wait_since_submission_counts_the_time_in_other_states_too()
    {
        var start = Clock.GetUtcNow();
        var id = await SubmitAsync($$""","maxWait":"1h","waitFrom":"submission","notBefore":"{{start.AddMinutes(30):O}}" """);
        await FiresAsync(id, start.AddMinutes(30), "waiting");
        await FiresAsync(id, start.AddHours(1), "failed");
    }

    [Fact]
    public async Task Max_wait_begins_anew_with_every_wait()
    {
        var running = await RunningAsync(""","maxWait":"1h","lease":0""");
        Clock.Advance(TimeSpan.FromHours(5));
        await Api.SayAsync(running, "release").OkAsync();
        await FiresAsync(running.Id(), Clock.GetUtcNow().AddHours(1), "failed");
    }

    [Theory]
    [InlineData("10m", true)]
    [InlineData("10m", false)]
    [InlineData("2d", true)]
    public async Task Max_exec(string maxExec, bool left)
    {
        var running = await RunningAsync($$""","maxExec":"{{maxExec}}","lease":0,"maxRetries":0""");
        await FiresAsync(running.Id(), running.Time("execUntil"), "failed", left);
        (await Api.StoryAsync(running.Id())).ShouldBe("submitted assigned attemptEnded failed");
    }

    [Fact]
    public async Task The_lease_counts_from_the_last_word()
    {
        var running = await RunningAsync(""","lease":"1m","maxRetries":0""");
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(1) - Millisecond);
            var answer = await Api.SayAsync(running, "heartbeat").OkAsync();
            answer.Time("leaseUntil").ShouldBe(Clock.GetUtcNow().AddMinutes(1));
        }

        await FiresAsync(running.Id(), Clock.GetUtcNow().AddMinutes(1), "failed", left: false);
    }

    [Theory]
    [InlineData(""" "kind":"fixed","delay":"10s" """, "10 10 10 10")]
    [InlineData(""" "kind":"linear","delay":"10s" """, "10 20 30 40")]
    [InlineData(""" "kind":"linear","delay":"10s","cap":"25s" """, "10 20 25 25")]
    [InlineData(""" "kind":"exponential","delay":"10s" """, "10 20 40 60")]
    [InlineData(""" "kind":"exponential","delay":"1h","cap":"100h" """, "3600 7200 14400 28800")]
    [InlineData("", "1 2 4 8")]
    public async Task Retry_delays(string policy, string delays)
    {
        var id = await SubmitAsync($$""","retry":{ {{policy}} },"maxRetries":-1""");
        foreach (var delay in delays.Split(' ').Select(d => double.Parse(d, System.Globalization.CultureInfo.InvariantCulture)))
        {
            await Api.FailAsync(await AssignAsync());
            await FiresAsync(id, Clock.GetUtcNow().AddSeconds(delay), "waiting");
        }
    }

    [Fact]
    public async Task Jitter_takes_away_its_share_at_the_most()
    {
        var delays = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var running = await RunningAsync(""","retry":{"kind":"fixed","delay":"100s","cap":"100s","jitter":0.5}""");
            await Api.FailAsync(running);
            delays.Add(((await Api.ProcessAsync(running.Id())).Time("nextDeadline") - Clock.GetUtcNow()).TotalSeconds);
        }

        delays.ShouldAllBe(d => d > 50 && d <= 100.001);
        delays.Distinct().Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Not_before()
    {
        var time = Clock.GetUtcNow().AddDays(2).AddMilliseconds(1);
        var id = await SubmitAsync($$""","notBefore":"{{time:O}}" """);
        await FiresAsync(id, time, "waiting");
        (await AssignAsync()).Id().ShouldBe(id);
    }

    [Fact]
    public async Task A_start_time_within_a_millisecond_is_the_next_whole_one()
    {
        var time = Clock.GetUtcNow().AddSeconds(5).AddTicks(1);
        var id = await SubmitAsync($$""","notBefore":"{{time:O}}" """);
        await FiresAsync(id, Clock.GetUtcNow().AddSeconds(5) + Millisecond, "waiting");
    }

    [Fact]
    public async Task Deadline_in_every_state()
    {
        var time = Clock.GetUtcNow().AddDays(3);
        var running = await RunningAsync($$""","deadline":"{{time:O}}","lease":0""");
        var delayed = await RunningAsync($$""","deadline":"{{time:O}}","retry":{"delay":"100d","cap":"100d"}""");
        await Api.FailAsync(delayed);
        var waiting = await SubmitAsync($$""","deadline":"{{time:O}}" """);
        var child = await SubmitAsync($$""","deadline":"{{time:O}}","after":["{{running.Id()}}"]""");
        Clock.Advance(time - Clock.GetUtcNow() - Millisecond);
        foreach (var (id, status) in new[] { (running.Id(), "running"), (delayed.Id(), "blocked"), (waiting, "waiting"), (child, "blocked") })
        {
            await StillAsync(id, status);
            await GoneAsync(id);
        }

        Clock.Advance(Millisecond);
        foreach (var id in new[] { running.Id(), delayed.Id(), waiting, child })
        {
            (await Api.UntilAsync(id, "failed")).Time("finishedAt").ShouldBe(time);
        }
    }

    [Fact]
    public async Task Many_at_once_all_at_their_time()
    {
        var due = Clock.GetUtcNow().AddHours(1);
        var early = string.Join(',', Enumerable.Range(0, 500).Select(_ => $$"""{"queue":"{{Queue}}","func":"f","maxWait":"1h"}"""));
        var late = string.Join(',', Enumerable.Range(0, 500).Select(_ => $$"""{"queue":"{{Queue}}","func":"late","maxWait":"3600.001s"}"""));
        await Api.PostAsync("/v1/processes", $"[{early},{late}]").OkAsync();
        await GoneAsync((await Api.IdsAsync($"/v1/processes?queue={Queue}&limit=1"))[0]);
        Clock.Advance(due - Clock.GetUtcNow());
        await CountsAsync("""{"failed":500,"waiting":500}""");
        (await Api.IdsAsync($"/v1/processes?queue={Queue}&status=failed&func=late&limit=1")).ShouldBeEmpty();
        Clock.Advance(Millisecond);
        await CountsAsync("""{"failed":1000}""");
    }

    [Fact]
    public async Task A_worker_that_asks_at_the_very_moment_gets_nothing_that_is_over()
    {
        var id = await SubmitAsync(""","maxWait":"1m" """);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Api.NothingAsync(Queue);
        (await Api.UntilAsync(id, "failed")).Attempt().ShouldBe(0);
    }

    [Fact]
    public async Task Retention()
    {
        var first = await SubmitAsync();
        await Api.CompleteAsync(await AssignAsync());
        Clock.Advance(Millisecond);
        var parent = await RunningAsync(""","id":"kept-id","labels":{"a":"b"}""");
        await Api.SayAsync(parent, "logs", """{"lines":[{"sequence":1,"text":"x"}]}""").OkAsync();
        await Api.CompleteAsync(parent);
        var family = await RunningAsync();
        var child = await SubmitAsync($$""","after":["{{family.Id()}}"],"conditions":{"location":"later"}""");
        await Api.CompleteAsync(family);
        var offset = await LastOffsetAsync();

        Clock.Advance(MovedClockFixture.Retention - Millisecond);
        await StillThereAsync(first);
        Clock.Advance(Millisecond);
        // The first is a millisecond older, so a sweep has been there and left the second.
        await RemovedAsync(first);
        await StillThereAsync(parent.Id());
        Clock.Advance(Millisecond);
        await RemovedAsync(parent.Id());
        (await Api.IdsAsync("/v1/processes?label=a%3Db")).ShouldBeEmpty();
        foreach (var what in new[] { "history", "logs", "files" })
        {
            await Api.GetAsync($"/v1/processes/{parent.Id()}/{what}").RefusedAsync(404, "no process");
        }

        // A parent stays while a child of it is not final.
        await StillThereAsync(family.Id());
        await Api.PostAsync($"/v1/processes/{child}/cancel").OkAsync();
        await RemovedAsync(family.Id());

        // The id is free again, and its new process knows nothing of the old.
        var (status, again) = await Api.PostAsync("/v1/processes", $$"""{"id":"{{parent.Id()}}","queue":"{{Queue}}","func":"other"}""");
        ((int)status).ShouldBe(201);
        again!["labels"].ShouldBeNull();
        (await Api.StoryAsync(parent.Id())).ShouldBe("submitted");
        (await AssignAsync()).Attempt().ShouldBe(1);
        (await Api.GetAsync($"/v1/processes/{parent.Id()}/logs").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
        offset.ShouldBeGreaterThan(0);
    }

    // Moves the time to a millisecond before, sees that nothing has happened, and then on, and sees that it has, at that time.
    private async Task FiresAsync(string id, DateTimeOffset at, string status, bool left = true)
    {
        var before = await Api.StatusAsync(id);
        if (left)
        {
            await GoneAsync(id);
        }

        var due = at - Clock.GetUtcNow();
        if (due > Millisecond)
        {
            Clock.Advance(due - Millisecond);
        }

        await StillAsync(id, before, wake: !left);
        Clock.Advance(at - Clock.GetUtcNow());
        var after = await Api.UntilAsync(id, status);
        after.Time("updatedAt").ShouldBe(at);
        (await Api.HistoryAsync(id))[^1].Time("at").ShouldBe(at);
    }

    private async Task StillAsync(string id, string status, bool wake = false)
    {
        if (wake)
        {
            // A command stands in the process's mailbox behind whatever its timer has said.
            await Api.PostAsync($"/v1/processes/{id}/priority", """{"priority":0}""").OkAsync();
        }

        (await Api.StatusAsync(id)).ShouldBe(status);
    }

    private Task GoneAsync(string id) => Eventually.TrueAsync(() => Seed.HasLeftMemoryAsync(id));

    private Task CountsAsync(string counts) => Eventually.SeeAsync(async () => (await Api.GetAsync($"/v1/queues/{Queue}").OkAsync())["counts"]!.ToJsonString(), c => c == counts);

    private async Task StillThereAsync(string id) => (await Api.GetAsync($"/v1/processes/{id}")).Status.ShouldBe(System.Net.HttpStatusCode.OK);

    private Task RemovedAsync(string id) => Eventually.SeeAsync(() => Api.GetAsync($"/v1/processes/{id}"), a => a.Status == System.Net.HttpStatusCode.NotFound);

    private async Task<long> LastOffsetAsync()
    {
        var (_, last) = await Seed.Store.Read.EventRangeAsync();
        return last;
    }
}
