using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class LimitTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Fact]
    public void Max_wait_fails_a_process_that_no_worker_took()
    {
        var life = Life.Waiting(new Limits { MaxWait = Ten });

        FiresAt(life, Life.Start + Ten);

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason!.ShouldContain("max wait of 10 s");
    }

    [Fact]
    public void Max_wait_begins_anew_for_every_wait()
    {
        var life = Life.Waiting(new Limits { MaxWait = Ten, Lease = TimeSpan.Zero });
        life.Pass(9);
        life.Offer();
        life.Pass(100);
        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Release();

        FiresAt(life, Life.Start.AddSeconds(9 + 100 + 10));

        life.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void Max_wait_from_submission_counts_the_time_in_other_states_too()
    {
        var life = Life.Waiting(new Limits { MaxWait = Ten, WaitFrom = WaitFrom.Submission, Lease = TimeSpan.Zero });
        life.Pass(4);
        life.Offer();
        life.Pass(4);
        life.Release();

        FiresAt(life, Life.Start + Ten);

        life.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void Max_wait_from_the_return_counts_from_the_submission_and_anew_from_the_end_of_every_attempt()
    {
        var life = new Life(new Limits { MaxWait = Ten, WaitFrom = WaitFrom.Return, Lease = TimeSpan.Zero }, parents: true);
        life.Submit();
        FiresAt(life, Life.Start + Ten);
        life.Status.ShouldBe(ProcessStatus.Failed);

        life = Life.Running(new Limits { MaxWait = Ten, WaitFrom = WaitFrom.Return, Lease = TimeSpan.Zero });
        life.Pass(100);
        life.Release();
        FiresAt(life, Life.Start.AddSeconds(100 + 10));
        life.Status.ShouldBe(ProcessStatus.Failed);
        life.Events.OfType<ProcessEvent.Failed>().Single().Kind.ShouldBe(FailureKind.MaxWait);
    }

    [Fact]
    public void Max_wait_from_submission_does_not_end_a_running_attempt()
    {
        var life = Life.Running(new Limits { MaxWait = Ten, WaitFrom = WaitFrom.Submission, Lease = TimeSpan.Zero });

        life.Pass(100);

        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Complete().ShouldBeOfType<Decision.Happens>();
    }

    [Fact]
    public void Max_wait_from_submission_runs_while_blocked()
    {
        var life = new Life(new Limits { MaxWait = Ten, WaitFrom = WaitFrom.Submission }, parents: true);
        life.Submit();

        FiresAt(life, Life.Start + Ten);

        life.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void A_max_wait_that_has_passed_goes_before_an_offer_even_when_its_timer_is_late()
    {
        var life = Life.Waiting(new Limits { MaxWait = Ten });
        life.Pass(10);

        life.Offer().ShouldBeOfType<Decision.Happens>().Events.ShouldHaveSingleItem().ShouldBeOfType<ProcessEvent.Failed>();

        life.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void Max_exec_takes_the_attempt_back_however_alive_it_is()
    {
        var life = Life.Running(new Limits { MaxExec = Ten, Lease = TimeSpan.FromSeconds(4) });
        for (var i = 0; i < 3; i++)
        {
            life.Pass(3);
            life.Heartbeat();
        }

        FiresAt(life, Life.Start + Ten);

        var ended = life.Events[^1].ShouldBeOfType<ProcessEvent.AttemptEnded>();
        ended.Outcome.ShouldBe(AttemptOutcome.MaxExec);
        ended.Counted.ShouldBeTrue();
        life.Status.ShouldBe(ProcessStatus.Blocked);
    }

    [Fact]
    public void A_silent_attempt_is_taken_back_after_its_lease()
    {
        var life = Life.Running(new Limits { Lease = Ten });
        life.Pass(3);
        life.Heartbeat();

        FiresAt(life, Life.Start.AddSeconds(13));

        var ended = life.Events[^1].ShouldBeOfType<ProcessEvent.AttemptEnded>();
        ended.Outcome.ShouldBe(AttemptOutcome.LeaseLost);
        ended.Counted.ShouldBeTrue();
    }

    [Fact]
    public void The_deadline_fails_a_waiting_process()
    {
        var life = Life.Waiting(new Limits { Deadline = Life.Start + Ten });

        FiresAt(life, Life.Start + Ten);

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason!.ShouldContain("deadline");
    }

    [Fact]
    public void The_deadline_fails_a_blocked_process()
    {
        var life = new Life(new Limits { Deadline = Life.Start + Ten, NotBefore = Life.Start.AddDays(1) });
        life.Submit();

        FiresAt(life, Life.Start + Ten);

        life.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void The_deadline_ends_a_running_attempt_and_fails_the_process_in_one_step()
    {
        var life = Life.Running(new Limits { Deadline = Life.Start + Ten });

        FiresAt(life, Life.Start + Ten);

        life.Events[^2].ShouldBeOfType<ProcessEvent.AttemptEnded>().Outcome.ShouldBe(AttemptOutcome.Deadline);
        life.Events[^1].ShouldBeOfType<ProcessEvent.Failed>();
        life.Complete().ShouldBeOfType<Decision.Refused>();
    }

    [Fact]
    public void Nothing_fires_on_a_finished_process()
    {
        var life = Life.Running(new Limits { Deadline = Life.Start + Ten, MaxExec = Ten, MaxWait = Ten, Lease = Ten });
        life.Complete();
        life.Pass(1000);

        life.Tick().ShouldBeOfType<Decision.Stays>();
        Deadlines.Next(life.State).ShouldBeNull();
    }

    private static void FiresAt(Life life, DateTimeOffset time)
    {
        Deadlines.Next(life.State).ShouldBe(time);
        life.PassUntil(time.AddMilliseconds(-1));
        life.Tick().ShouldBeOfType<Decision.Stays>("a limit never fires early");
        life.PassUntil(time);
        life.Tick().ShouldBeOfType<Decision.Happens>("a limit fires at its time");
    }
}
