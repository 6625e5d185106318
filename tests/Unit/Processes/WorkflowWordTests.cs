using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Processes;

/// <summary>What a workflow may say to its processes.</summary>
public sealed class WorkflowWordTests
{
    [Fact]
    public void An_abort_fails_whatever_is_not_final_and_ends_a_running_attempt_uncounted()
    {
        var running = Life.Running(new Limits { MaxRetries = 3 });

        running.Abort("z").ShouldBeOfType<Decision.Happens>();

        running.Status.ShouldBe(ProcessStatus.Failed);
        var ended = running.Events[^2].ShouldBeOfType<ProcessEvent.AttemptEnded>();
        (ended.Outcome, ended.Counted).ShouldBe((AttemptOutcome.Aborted, false));
        var failed = running.Events[^1].ShouldBeOfType<ProcessEvent.Failed>();
        (failed.Reason, failed.Kind, failed.Parent).ShouldBe(("Another failed.", FailureKind.Aborted, "z"));
        running.Complete().ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);

        var blocked = new Life(parents: true);
        blocked.Submit();
        blocked.Abort();
        blocked.Status.ShouldBe(ProcessStatus.Failed);
    }

    [Fact]
    public void An_abort_leaves_what_is_final()
    {
        var life = Life.Running();
        life.Complete();

        life.Abort().ShouldBeOfType<Decision.Stays>();

        life.Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public void The_retry_of_the_cause_reopens_what_was_aborted()
    {
        var life = Life.Waiting();
        life.Abort("z");

        life.Retry(parent: "y").ShouldBeOfType<Decision.Stays>();
        life.Retry(parent: "z").ShouldBeOfType<Decision.Happens>();

        life.Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public void A_blocked_child_takes_one_more_parent_and_waits_for_it()
    {
        var life = new Life(parents: true);
        life.Submit();

        life.AddParent("new").ShouldBeOfType<Decision.Happens>();

        // What was read before does not know it.
        See(life, ("a", ProcessStatus.Succeeded), ("b", ProcessStatus.Succeeded)).ShouldBeOfType<Decision.Stays>();
        See(life, ("a", ProcessStatus.Succeeded), ("b", ProcessStatus.Succeeded), ("new", ProcessStatus.Waiting)).ShouldBeOfType<Decision.Stays>();
        See(life, ("a", ProcessStatus.Succeeded), ("b", ProcessStatus.Failed)).ShouldBeOfType<Decision.Happens>("a failed parent dooms it in any case");
        See(life, ("a", ProcessStatus.Succeeded), ("b", ProcessStatus.Succeeded), ("new", ProcessStatus.Succeeded)).ShouldBeOfType<Decision.Happens>();
    }

    [Fact]
    public void What_no_longer_waits_for_parents_takes_no_more_of_them()
    {
        Life.Waiting().AddParent("new").ShouldBeOfType<Decision.Refused>().Problem.ShouldBe(Problem.Conflict);
        Life.Running().AddParent("new").ShouldBeOfType<Decision.Refused>();
        var unblocked = new Life(new Limits { NotBefore = Life.Start.AddSeconds(60) }, parents: true);
        unblocked.Submit();
        unblocked.SeeParents(ProcessStatus.Succeeded, ProcessStatus.Succeeded);
        unblocked.Status.ShouldBe(ProcessStatus.Blocked);
        unblocked.AddParent("new").ShouldBeOfType<Decision.Refused>();
    }

    private static Decision See(Life life, params (string, ProcessStatus)[] parents) => ProcessRules.SeeParents(life.State, parents, new Moment(life.Now, 0));
}
