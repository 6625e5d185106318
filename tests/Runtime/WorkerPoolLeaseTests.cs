using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class WorkerPoolLeaseTests : PoolTest
{
    [Fact]
    public async Task A_heartbeat_goes_out_after_each_third_of_the_lease()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Clock.Advance(Lease / 3 - TimeSpan.FromSeconds(1));
        await DemandAsync(d => d.Received == 1);
        await DemandAsync();
        Gate.Sent<ProcessCommand.Heartbeat>().ShouldBeEmpty("it is not due yet");

        Clock.Advance(TimeSpan.FromSeconds(1));
        await SentAsync<ProcessCommand.Heartbeat>();
        Clock.Advance(Lease / 3);
        await SentAsync<ProcessCommand.Heartbeat>(2);
        Gate.Sent<ProcessCommand.Heartbeat>().Select(h => h.CommandId).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Work_stops_when_a_heartbeat_is_answered_with_cancel()
    {
        Gate.Answer = c => c is ProcessCommand.Heartbeat
            ? Task.FromResult<ProcessReply>(new ProcessReply.Done { Process = c.Process, Status = ProcessStatus.Cancelled, Attempt = 1, Cancel = true })
            : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        Clock.Advance(Lease / 3);

        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeTrue();
        Gate.Commands.ShouldAllBe(c => c is ProcessCommand.Heartbeat, "a cancelled process wants no end");
    }

    [Theory]
    [InlineData(Problem.Conflict)]
    [InlineData(Problem.NotFound)]
    [InlineData(Problem.Damaged)]
    public async Task Work_stops_when_a_heartbeat_is_refused(Problem problem)
    {
        Gate.Answer = c => Task.FromResult(FakeGate.Refused(c, problem));
        var pool = Pool();
        await AssignAsync(pool, "a");

        Clock.Advance(Lease / 3);

        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeTrue();
        Gate.Commands.ShouldAllBe(c => c is ProcessCommand.Heartbeat);
    }

    [Fact]
    public async Task What_lost_work_returns_is_dropped()
    {
        Runtime.HearsCancellation = false;
        Gate.Answer = c => c is ProcessCommand.Heartbeat ? Task.FromResult(FakeGate.Refused(c, Problem.Conflict)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");
        Clock.Advance(Lease / 3);
        await UntilAsync(() => Runtime.Started["a"].Cancelled.IsCancellationRequested);

        Runtime.End("a", new RunOutcome.Completed(Json("1")));

        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
        Gate.Sent<ProcessCommand.Complete>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Work_stops_when_heartbeats_stay_unanswered_for_a_whole_lease()
    {
        Gate.Answer = c => c is ProcessCommand.Heartbeat ? Task.FromResult(FakeGate.Refused(c, Problem.Busy)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        Clock.Advance(Lease);
        await SentAsync<ProcessCommand.Heartbeat>();
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeFalse("the lease is not over yet");

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await SentAsync<ProcessCommand.Release>()).Reason!.ShouldContain("lease");
    }

    [Fact]
    public async Task An_answered_heartbeat_keeps_the_attempt()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        for (var beat = 1; beat <= 9; beat++)
        {
            Clock.Advance(Lease / 3);
            await SentAsync<ProcessCommand.Heartbeat>(beat);
        }

        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task The_process_is_asked_when_max_exec_has_passed()
    {
        Gate.Answer = c => Task.FromResult(FakeGate.Refused(c, Problem.Conflict));
        var pool = Pool();
        await AssignAsync(pool, "a", new Limits { Lease = Lease, MaxExec = TimeSpan.FromSeconds(2) });

        Clock.Advance(TimeSpan.FromSeconds(2.1));

        await UntilAsync(() => Runtime.Started["a"].Cancelled.IsCancellationRequested);
    }

    [Fact]
    public async Task Work_without_a_lease_runs_on_when_nobody_answers()
    {
        Gate.Answer = c => Task.FromResult(FakeGate.Refused(c, Problem.Busy));
        var pool = Pool();
        await AssignAsync(pool, "a", new Limits { Lease = TimeSpan.Zero });

        Clock.Advance(TimeSpan.FromHours(1));
        await SentAsync<ProcessCommand.Heartbeat>();

        await DemandAsync(d => d.Received == 1);
        await DemandAsync();
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeFalse();
    }
}
