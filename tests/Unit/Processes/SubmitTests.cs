using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class SubmitTests
{
    [Fact]
    public void A_process_without_parents_and_start_time_waits_in_its_queue_at_once()
    {
        var life = new Life();

        life.Submit();

        life.Status.ShouldBe(ProcessStatus.Waiting);
        life.State.WaitingSince.ShouldBe(Life.Start);
        life.Events.ShouldHaveSingleItem().ShouldBeOfType<ProcessEvent.Submitted>().Lane.ShouldBe(Requirements.Of(life.Spec).Lane());
    }

    [Fact]
    public void The_same_submit_again_is_answered_and_not_applied_whatever_its_command_id()
    {
        var life = Life.Running();

        life.Submit().ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();

        life.Complete();
        life.Submit().ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();
        life.Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public void Another_spec_under_the_same_id_is_a_conflict()
    {
        var life = Life.Waiting();

        life.Submit("another").ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);

        // Also when the sender reuses the command id of the first submit.
        life.Submit("another", id: life.Applied[0].CommandId).ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
    }

    [Fact]
    public void What_was_never_submitted_does_not_exist()
    {
        var life = new Life();

        life.Cancel().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.NotFound);
        life.Offer().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.NotFound);
        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_start_time_in_the_future_blocks_it_until_then()
    {
        var life = new Life(new Limits { NotBefore = Life.Start.AddSeconds(10) });
        life.Submit();
        life.Status.ShouldBe(ProcessStatus.Blocked);
        life.Offer().ShouldBeOfType<Decision.Refused>();

        life.Pass(9.999);
        life.Tick().ShouldBeOfType<Decision.Stays>();
        life.Pass(0.001);
        life.Tick();

        life.Status.ShouldBe(ProcessStatus.Waiting);
        life.State.WaitingSince.ShouldBe(Life.Start.AddSeconds(10));
    }

    [Fact]
    public void A_start_time_that_has_come_does_not_block()
    {
        var life = new Life(new Limits { NotBefore = Life.Start });

        life.Submit();

        life.Status.ShouldBe(ProcessStatus.Waiting);
    }
}
