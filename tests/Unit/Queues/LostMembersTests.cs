using Akka.Actor;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>What is known to be lost with a member of the cluster.</summary>
public sealed class LostMembersTests
{
    private static readonly Address Here = new("akka.tcp", "muster", "127.0.0.1", 1);

    private readonly LostMembers _members = new(Here);

    [Fact]
    public void The_demands_of_a_member_are_lost_with_it_once()
    {
        Hear("a");
        Hear("b");
        Hear("a");

        _members.Removed(Here).ShouldBe(["a", "b"], ignoreOrder: true);
        _members.Removed(Here).ShouldBeEmpty();
    }

    [Fact]
    public void Another_member_takes_nothing_along()
    {
        Hear("a");

        _members.Removed(Here.WithPort(2)).ShouldBeEmpty();
    }

    [Fact]
    public void What_workers_outside_hold_is_not_lost_with_their_gateway()
    {
        Hear("poll", ofMember: false);

        _members.Removed(Here).ShouldBeEmpty();
    }

    [Fact]
    public void A_demand_that_ended_and_holds_nothing_is_forgotten()
    {
        Hear("a");
        Hear("a", gone: true);

        _members.Removed(Here).ShouldBeEmpty();
    }

    [Fact]
    public void A_demand_that_ended_and_still_holds_something_is_not()
    {
        Hear("a", gone: true, held: [new AttemptRef(new ProcessId("default", "p"), 1)]);

        _members.Removed(Here).ShouldBe(["a"]);
    }

    private void Hear(string id, bool ofMember = true, bool gone = false, AttemptRef[]? held = null) => _members.Heard(new DispatcherMessage.Demand
    {
        DemandId = id,
        Version = 1,
        Namespace = "default",
        Queues = ["q"],
        Capability = new Capability { Executor = "w" },
        Free = 1,
        Received = 0,
        Requester = new ActorRef(ActorRefs.Nobody),
        Gone = gone,
        OfMember = ofMember,
        Held = [.. held ?? []],
    });
}
