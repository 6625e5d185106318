using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

public sealed class ControlTests
{
    [Fact]
    public void A_priority_can_change_until_the_process_has_ended()
    {
        var life = Life.Waiting();
        life.SetPriority(7);
        life.State.Priority.ShouldBe(7);
        life.Status.ShouldBe(ProcessStatus.Waiting);
        life.State.WaitingSince.ShouldBe(Life.Start, "it keeps its place among its equals");

        life.Offer();
        life.SetPriority(9).ShouldBeOfType<Decision.Happens>();
        life.Complete();
        life.SetPriority(1).ShouldBeOfType<Decision.Refused>();
        life.State.Priority.ShouldBe(9);
    }

    [Fact]
    public void The_same_priority_again_is_no_event()
    {
        var life = Life.Waiting();

        life.SetPriority(0).ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();

        life.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void Attributes_can_be_set_at_any_time_and_change_no_state()
    {
        var life = Life.Running();
        life.SetAttributes("page", "3");
        life.Status.ShouldBe(ProcessStatus.Running);
        life.Complete();

        life.SetAttributes("page", null);

        var set = life.Events[^1].ShouldBeOfType<ProcessEvent.AttributesSet>();
        set.From.ShouldBe(ProcessStatus.Succeeded);
        set.To.ShouldBe(ProcessStatus.Succeeded);
        set.Attributes["page"].ShouldBeNull();
    }

    [Fact]
    public void The_last_8_commands_are_remembered()
    {
        var life = Life.Waiting();
        for (var i = 1; i <= 9; i++)
        {
            life.SetPriority(i, id: $"p{i}");
        }

        life.State.Commands.ShouldBe(Enumerable.Range(2, 8).Select(i => $"p{i}"));
        life.SetPriority(2, id: "p2").ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();
        life.State.Priority.ShouldBe(9);
    }

    [Fact]
    public void A_fail_that_is_repeated_counts_once_also_when_the_process_runs_again()
    {
        var life = Life.Running(new Limits { Retry = new RetryPolicy { Delay = TimeSpan.Zero } });
        life.Fail(1, id: "f");
        life.Offer();

        life.Fail(1, id: "f").ShouldBeOfType<Decision.Stays>().Repeated.ShouldBeTrue();

        life.State.Counted.ShouldBe(1);
        life.Status.ShouldBe(ProcessStatus.Running);
    }
}
