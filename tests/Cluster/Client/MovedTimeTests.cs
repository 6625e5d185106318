using System.Text.Json;
using Muster.Client;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>Limits in a cluster for tests whose clock the test moves: nothing fires before its time, and then at once.</summary>
public sealed class MovedTimeTests(MovedTestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<MovedTestClusterFixture>
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private readonly MovedTestClusterFixture _fixture = fixture;

    [Theory]
    [InlineData(5)]
    [InlineData(3600 * 24 * 30)]
    public async Task Max_wait(int seconds)
    {
        var submitted = await Client.SubmitAsync(In() with { MaxWait = TimeSpan.FromSeconds(seconds) });
        submitted.CreatedAt.ShouldBe(Floor(Cluster.Now));
        await FiresAsync(submitted.Id, submitted.CreatedAt.AddSeconds(seconds), ProcessStatus.Waiting, ProcessStatus.Failed);
    }

    [Fact]
    public async Task Max_wait_since_submission_counts_the_time_before_the_start_time()
    {
        var submission = In() with { MaxWait = TimeSpan.FromHours(2), WaitFrom = WaitFrom.Submission, NotBefore = Cluster.Now.AddHours(1) };
        var submitted = await Client.SubmitAsync(submission);
        Cluster.Advance(TimeSpan.FromHours(1.5));
        await UntilAsync(submitted.Id, ProcessStatus.Waiting);
        await FiresAsync(submitted.Id, submitted.CreatedAt.AddHours(2), ProcessStatus.Waiting, ProcessStatus.Failed);
    }

    [Fact]
    public async Task Start_time()
    {
        var at = Floor(Cluster.Now).AddDays(2);
        var id = (await Client.SubmitAsync(Submission.Of("double", 4) with { NotBefore = at })).Id;
        await FiresAsync(id, at, ProcessStatus.Blocked, ProcessStatus.Succeeded);
        var ended = await Client.GetAsync(id);
        (ended.StartedAt, ended.ResultAs<int>()).ShouldBe((at, 8));
    }

    [Fact]
    public async Task Retry_delay()
    {
        var retry = new RetryPolicy { Kind = RetryKind.Exponential, Delay = TimeSpan.FromMinutes(10), Cap = TimeSpan.FromDays(1) };
        var id = (await Client.SubmitAsync(new Submission { Func = "until", Args = [JsonSerializer.SerializeToElement(3)], Retry = retry })).Id;
        var first = await SeeAsync(id, p => p is { Status: ProcessStatus.Blocked, Attempt: 1 });
        await NotYetAsync(id, first.UpdatedAt.AddMinutes(10), ProcessStatus.Blocked);
        var second = await SeeAsync(id, p => p is { Status: ProcessStatus.Blocked, Attempt: 2 });
        second.UpdatedAt.ShouldBe(first.UpdatedAt.AddMinutes(10));
        await FiresAsync(id, second.UpdatedAt.AddMinutes(20), ProcessStatus.Blocked, ProcessStatus.Succeeded);
        (await Client.GetAsync(id)).Attempt.ShouldBe(3);
    }

    [Fact]
    public async Task Max_exec_takes_the_attempt_back_and_its_handler_hears_of_it()
    {
        var submission = new Submission { Func = "stay", MaxExec = TimeSpan.FromHours(3), Lease = TimeSpan.Zero, MaxRetries = 0 };
        var id = (await Client.SubmitAsync(submission)).Id;
        var running = await UntilAsync(id, ProcessStatus.Running);
        await FiresAsync(id, running.StartedAt!.Value.AddHours(3), ProcessStatus.Running, ProcessStatus.Failed);
        await Eventually.TrueAsync(() => Task.FromResult(_fixture.Stopped.ContainsKey(id)), 60);
        (await Client.GetAsync(id)).Reason.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_lease_that_passes_between_two_heartbeats_is_lost()
    {
        var submission = new Submission { Func = "stay", Lease = TimeSpan.FromMinutes(30), MaxRetries = 1, Retry = new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.FromHours(1) } };
        var id = (await Client.SubmitAsync(submission)).Id;
        var running = await UntilAsync(id, ProcessStatus.Running);
        // Its only log line is a sign of life too; it has to be heard before the time moves.
        await Eventually.SeeAsync(() => Client.LogsAsync(id).AllAsync(), lines => lines.Count == 1);
        await Client.SetPriorityAsync(id, 0);
        await FiresAsync(id, running.StartedAt!.Value.AddMinutes(30), ProcessStatus.Running, ProcessStatus.Blocked);
        await FiresAsync(id, running.StartedAt!.Value.AddMinutes(90), ProcessStatus.Blocked, ProcessStatus.Running);
        await Client.CancelAsync(id);
    }

    [Fact]
    public async Task Deadline()
    {
        var at = Floor(Cluster.Now).AddDays(7);
        var waiting = (await Client.SubmitAsync(In() with { Deadline = at })).Id;
        await FiresAsync(waiting, at, ProcessStatus.Waiting, ProcessStatus.Failed);
    }

    // Moves the time to a millisecond before, sees that nothing has happened, moves on, and sees that it has, at that time.
    private async Task FiresAsync(string id, DateTimeOffset at, ProcessStatus before, ProcessStatus after)
    {
        await NotYetAsync(id, at, before);
        var fired = await UntilAsync(id, after);
        fired.UpdatedAt.ShouldBe(at);
        (await Client.HistoryAsync(id))[^1].At.ShouldBe(at);
    }

    private async Task NotYetAsync(string id, DateTimeOffset at, ProcessStatus before)
    {
        Cluster.Advance(at - Millisecond - Cluster.Now);
        // Stands in the mailbox of the process behind whatever its timer has said.
        await Client.SetPriorityAsync(id, 0);
        (await Client.GetAsync(id)).Status.ShouldBe(before);
        Cluster.Advance(at - Cluster.Now);
    }

    private static DateTimeOffset Floor(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
}
