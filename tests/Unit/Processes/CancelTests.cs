using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class CancelTests
{
    [Fact]
    public void A_waiting_process_is_cancelled_at_once()
    {
        var life = Life.Waiting();

        life.Cancel("Not needed.");

        var cancelled = life.Events[^1].ShouldBeOfType<ProcessEvent.Cancelled>();
        cancelled.Reason.ShouldBe("Not needed.");
        cancelled.By.ShouldBe("ada");
        life.Offer().ShouldBeOfType<Decision.Refused>();
        life.Pass(1_000_000);
        life.Tick().ShouldBeOfType<Decision.Stays>();
    }

    [Fact]
    public void A_blocked_process_is_cancelled_at_once()
    {
        var life = new Life(parents: true);
        life.Submit();

        life.Cancel();

        life.Status.ShouldBe(ProcessStatus.Cancelled);
        life.State.Reason.ShouldNotBeNullOrEmpty();
        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded).ShouldBeOfType<Decision.Stays>();
    }

    [Fact]
    public void A_running_process_is_cancelled_at_once_and_its_worker_hears_it_from_the_next_answer()
    {
        var life = Life.Running();

        life.Cancel();

        life.Status.ShouldBe(ProcessStatus.Cancelled);
        var ended = life.Events[^2].ShouldBeOfType<ProcessEvent.AttemptEnded>();
        ended.Outcome.ShouldBe(AttemptOutcome.Cancelled);
        ended.Counted.ShouldBeFalse();
        life.Heartbeat().ShouldBeOfType<Decision.Stays>().Cancel.ShouldBeTrue();
        life.Progress().ShouldBeOfType<Decision.Stays>().Cancel.ShouldBeTrue();
        life.Log().ShouldBeOfType<Decision.Stays>().Cancel.ShouldBeTrue();
        life.Complete().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
        life.Fail().ShouldBeOfType<Decision.Refused>();
        life.Status.ShouldBe(ProcessStatus.Cancelled);
    }

    [Fact]
    public void Cancelling_again_is_fine()
    {
        var life = Life.Waiting();
        life.Cancel();

        life.Cancel().ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();

        life.Events.OfType<ProcessEvent.Cancelled>().ShouldHaveSingleItem();
    }

    [Fact]
    public void What_has_ended_otherwise_cannot_be_cancelled()
    {
        var life = Life.Running();
        life.Complete();

        life.Cancel().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);

        life.Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public void A_queue_can_reject_only_what_waits()
    {
        var waiting = Life.Waiting();
        waiting.Reject();
        waiting.Status.ShouldBe(ProcessStatus.Failed);
        waiting.State.Reason.ShouldBe("The key is taken.");

        var running = Life.Running();
        running.Reject().ShouldBeOfType<Decision.Stays>();
        running.Status.ShouldBe(ProcessStatus.Running);
    }
}
