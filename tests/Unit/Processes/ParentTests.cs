using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class ParentTests
{
    [Fact]
    public void A_child_waits_until_all_parents_succeeded()
    {
        var life = Blocked();

        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Running).ShouldBeOfType<Decision.Stays>();
        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Blocked).ShouldBeOfType<Decision.Stays>();
        life.Status.ShouldBe(ProcessStatus.Blocked);
        life.Offer().ShouldBeOfType<Decision.Refused>();

        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded);
        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public void A_failed_parent_fails_its_child_and_is_named()
    {
        var life = Blocked();

        life.SeeParents(ProcessStatus.Running, ProcessStatus.Failed);

        life.Status.ShouldBe(ProcessStatus.Failed);
        life.State.Cause.ShouldBe("b");
        life.State.Reason!.ShouldContain("parent b failed");
    }

    [Fact]
    public void A_cancelled_parent_cancels_its_child_and_is_named()
    {
        var life = Blocked();

        life.SeeParents(ProcessStatus.Cancelled, ProcessStatus.Running);

        life.Status.ShouldBe(ProcessStatus.Cancelled);
        life.State.Cause.ShouldBe("a");
    }

    [Fact]
    public void Parents_are_looked_at_only_while_they_hold_it_back()
    {
        var life = Blocked();
        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded);
        life.Offer();

        life.SeeParents(ProcessStatus.Failed, ProcessStatus.Succeeded).ShouldBeOfType<Decision.Stays>();

        life.Status.ShouldBe(ProcessStatus.Running);
    }

    [Fact]
    public void After_its_parents_a_child_still_waits_for_its_start_time_and_its_row_says_when_to_wake_it()
    {
        var time = Life.Start.AddHours(1);
        var life = new Life(new Limits { NotBefore = time, Deadline = time.AddHours(1) }, parents: true);
        life.Submit();
        life.Events[^1].NextDeadline.ShouldBe(time.AddHours(1), "parents hold it back, whatever the time");

        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded);

        life.Status.ShouldBe(ProcessStatus.Blocked);
        life.Events[^1].ShouldBeOfType<ProcessEvent.Unblocked>().NextDeadline.ShouldBe(time);
        life.Replayed().ParentsDone.ShouldBeTrue("a recovery must not forget it");
        life.PassUntil(time);
        life.Tick();
        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public void A_start_time_that_passes_does_not_free_a_child_from_its_parents()
    {
        var life = new Life(new Limits { NotBefore = Life.Start.AddSeconds(1) }, parents: true);
        life.Submit();
        life.Pass(10);

        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Status.ShouldBe(ProcessStatus.Blocked);

        life.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded);
        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    private static Life Blocked()
    {
        var life = new Life(parents: true);
        life.Submit();
        life.Status.ShouldBe(ProcessStatus.Blocked);
        return life;
    }
}
