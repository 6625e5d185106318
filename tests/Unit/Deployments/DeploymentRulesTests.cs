using Muster.Engine.Deployments.Rules;
using Muster.Messages;
using Muster.Messages.Deployments;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Deployments;

public sealed class DeploymentRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeploymentId Id = new("default", "web");

    private DeploymentState _state = DeploymentState.Empty;
    private int _commands;

    [Fact]
    public void The_revision_rises_only_with_what_alters_what_runs()
    {
        Do(Put("a")).ShouldBeOfType<DeploymentEvent.Defined>().Revision.ShouldBe(1);
        Do(Put("a") with { Spec = new DeploymentSpec { Replicas = 7 } }).ShouldBeOfType<DeploymentEvent.Defined>().Template.ShouldBeNull();
        _state.Revision.ShouldBe(1);
        Do(Put("b") with { Spec = new DeploymentSpec { Replicas = 7 } })!.Revision.ShouldBe(2);
        Do(Switch(false))!.Revision.ShouldBe(2);
        Do(Switch(true))!.Revision.ShouldBe(2);
        (_state.Revision, _state.Version, _state.Enabled).ShouldBe((2, 5, true));
    }

    [Fact]
    public void An_identical_put_changes_nothing_unless_it_is_forced()
    {
        Do(Put("a"));
        Do(Put("a")).ShouldBeNull();
        Do(Put("a") with { Force = true })!.Revision.ShouldBe(2);
        Do(Switch(false));
        Do(Put("a")).ShouldBeNull("A put that does not say whether it is enabled leaves it as it is.");
        Do(Put("a") with { Enabled = true })!.Revision.ShouldBe(2);
    }

    [Fact]
    public void Of_two_that_expect_the_same_one_wins_and_the_other_hears_of_the_present_revision()
    {
        Do(Put("a") with { ExpectedRevision = 0 })!.Revision.ShouldBe(1);
        Refusal(Put("b") with { ExpectedRevision = 0 }).Message.ShouldContain("already, at revision 1");
        Do(Put("b") with { ExpectedRevision = 1 })!.Revision.ShouldBe(2);
        var refused = Refusal(Put("c") with { ExpectedRevision = 1 });
        (refused.Problem, refused.Message.Contains("at revision 2", StringComparison.Ordinal)).ShouldBe((Problem.Conflict, true));
        Do(Put("b") with { Spec = new DeploymentSpec { Replicas = 2 }, ExpectedVersion = 2 })!.Version.ShouldBe(3);
        Refusal(Put("b") with { Spec = new DeploymentSpec { Replicas = 3 }, ExpectedVersion = 2 }).Problem.ShouldBe(Problem.Conflict);
    }

    [Fact]
    public void A_roll_back_returns_to_the_number_and_the_next_change_goes_on_from_the_highest()
    {
        Do(Put("a"));
        Do(Put("b"));
        Do(Back(1, "a")).ShouldBeOfType<DeploymentEvent.Defined>().Returned.ShouldBeTrue();
        (_state.Revision, _state.Latest, _state.Template!.Command[0]).ShouldBe((1, 2, "a"));
        Do(Back(1, "a")).ShouldBeNull();
        Do(Put("c"))!.Revision.ShouldBe(3);
        Refusal(Back(9, "x")).Problem.ShouldBe(Problem.NotFound);
    }

    [Fact]
    public void One_that_was_removed_goes_on_counting_when_it_is_made_again()
    {
        Refusal(new DeploymentCommand.Remove { Deployment = Id, CommandId = "x" }).Problem.ShouldBe(Problem.NotFound);
        Do(Put("a"));
        Do(Put("b"));
        Do(new DeploymentCommand.Remove { Deployment = Id, CommandId = "r" }).ShouldBeOfType<DeploymentEvent.Removed>();
        _state.Revision.ShouldBe(0);
        // Recovery sees the last event only.
        _state = DeploymentState.Empty.Evolve(new DeploymentEvent.Removed { At = Now, CommandId = "r", Version = _state.Version, Revision = _state.Latest });
        var made = Do(Put("a"))!;
        (made.Revision, made.Version).ShouldBe((3, 4));
    }

    [Fact]
    public void A_repeated_command_is_answered_and_not_applied()
    {
        var put = Put("a") with { CommandId = "same", Force = true };
        Do(put).ShouldNotBeNull();
        Do(put).ShouldBeNull();
    }

    private DeploymentEvent? Do(DeploymentCommand command)
    {
        switch (DeploymentRules.Decide(_state, command, Now))
        {
            case DeploymentOutcome.Happens happens:
                _state = _state.Evolve(happens.Event);
                return happens.Event;
            case DeploymentOutcome.IsSo:
                return null;
            case var refused:
                throw new InvalidOperationException(refused.ToString());
        }
    }

    private DeploymentOutcome.Refused Refusal(DeploymentCommand command) => DeploymentRules.Decide(_state, command, Now).ShouldBeOfType<DeploymentOutcome.Refused>();

    private DeploymentCommand.Put Put(string command) => new() { Deployment = Id, CommandId = Fresh(), Spec = new DeploymentSpec(), Template = Run(command) };

    private DeploymentCommand.Switch Switch(bool enabled) => new() { Deployment = Id, CommandId = Fresh(), Enabled = enabled };

    private DeploymentCommand.RollBack Back(long revision, string command) => new() { Deployment = Id, CommandId = Fresh(), Revision = revision, Template = Run(command) };

    private static InstanceTemplate Run(string command) => new() { Runtime = "exec", Protocol = InstanceTemplate.Self, Command = [command] };

    private string Fresh() => $"c{++_commands}";
}
