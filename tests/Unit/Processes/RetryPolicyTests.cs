using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class RetryPolicyTests
{
    [Fact]
    public void A_fixed_delay_is_always_the_same() => Delays(new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.FromSeconds(2) }).ShouldBe([2, 2, 2, 2, 2]);

    [Fact]
    public void A_linear_delay_grows_by_itself() =>
        Delays(new RetryPolicy { Kind = RetryKind.Linear, Delay = TimeSpan.FromSeconds(2), Cap = TimeSpan.FromSeconds(7) }).ShouldBe([2, 4, 6, 7, 7]);

    [Fact]
    public void An_exponential_delay_doubles_up_to_its_cap() =>
        Delays(new RetryPolicy { Kind = RetryKind.Exponential, Delay = TimeSpan.FromSeconds(1), Cap = TimeSpan.FromSeconds(10) }).ShouldBe([1, 2, 4, 8, 10]);

    [Fact]
    public void The_default_doubles_from_1_s_to_60_s() => Enumerable.Range(1, 8).Select(n => new RetryPolicy().DelayBefore(n, 0.5).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);

    [Fact]
    public void The_thousandth_retry_still_waits_no_longer_than_the_cap() =>
        new RetryPolicy { Delay = TimeSpan.FromDays(3650), Cap = TimeSpan.FromDays(3650) }.DelayBefore(1000, 0).ShouldBe(TimeSpan.FromDays(3650));

    [Fact]
    public void Jitter_takes_away_at_most_its_share()
    {
        var policy = new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.FromSeconds(10), Jitter = 0.4 };

        policy.DelayBefore(1, 0).ShouldBe(TimeSpan.FromSeconds(10));
        policy.DelayBefore(1, 0.5).ShouldBe(TimeSpan.FromSeconds(8));
        policy.DelayBefore(1, 0.999).ShouldBeGreaterThan(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void A_failed_attempt_blocks_the_process_until_the_delay_is_over()
    {
        var life = Life.Running(new Limits { Retry = new RetryPolicy { Kind = RetryKind.Fixed, Delay = TimeSpan.FromSeconds(5), Jitter = 0.5 } });
        life.Chance = 0.5;

        life.Fail();

        life.Status.ShouldBe(ProcessStatus.Blocked);
        var until = life.Events[^1].ShouldBeOfType<ProcessEvent.AttemptEnded>().RetryAt;
        until.ShouldBe(Life.Start.AddSeconds(3.75), "the jitter is already in it");
        life.Pass(3.749);
        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Pass(0.001);
        life.Tick();
        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public void A_delay_of_zero_waits_again_at_once()
    {
        var life = Life.Running(new Limits { Retry = new RetryPolicy { Delay = TimeSpan.Zero } });

        life.Fail();

        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public void Max_retries_n_means_n_plus_one_attempts()
    {
        var life = Life.Waiting(new Limits { MaxRetries = 2, Retry = new RetryPolicy { Delay = TimeSpan.Zero } });
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            life.Offer();
            life.Status.ShouldBe(ProcessStatus.Running);
            life.Fail();
        }

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason.ShouldBe("It broke. It was attempt 3 of 3.");
    }

    [Fact]
    public void Without_retries_the_first_failure_is_the_last()
    {
        var life = Life.Running(new Limits { MaxRetries = 0 });

        life.Fail(error: "Disk full.");

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason.ShouldBe("Disk full.");
    }

    [Fact]
    public void Minus_one_is_no_limit()
    {
        var life = Life.Waiting(new Limits { MaxRetries = -1, Retry = new RetryPolicy { Delay = TimeSpan.Zero } });

        for (var i = 0; i < 500; i++)
        {
            life.Offer();
            life.Fail();
        }

        life.Status.ShouldBe(ProcessStatus.Waiting);
        life.State.Counted.ShouldBe(500);
    }

    [Fact]
    public void A_failure_that_retrying_cannot_help_is_final_at_once()
    {
        var life = Life.Running(new Limits { MaxRetries = 5 });

        life.Fail(retryable: false, error: "Exit code 2 is final.");

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason.ShouldBe("Exit code 2 is final.");
    }

    [Fact]
    public void A_lost_worker_counts_and_the_process_says_so_even_when_nobody_gave_a_reason()
    {
        var life = Life.Running(new Limits { MaxRetries = 1, Retry = new RetryPolicy { Delay = TimeSpan.Zero } });
        life.WorkerLost();
        life.State.Counted.ShouldBe(1);
        life.Offer();

        life.WorkerLost();

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Reason.ShouldBe("Attempt 2 failed. It was attempt 2 of 2.");
    }

    // In the life of a process, in seconds after each failure.
    private static List<double> Delays(RetryPolicy policy)
    {
        var life = Life.Waiting(new Limits { MaxRetries = -1, Retry = policy, Lease = TimeSpan.Zero });
        var delays = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            life.Offer();
            life.Fail();
            var until = Deadlines.Next(life.State)!.Value;
            delays.Add((until - life.Now).TotalSeconds);
            life.PassUntil(until);
            life.Tick();
            life.Status.ShouldBe(ProcessStatus.Waiting);
        }

        return delays;
    }
}
