using CsCheck;
using Muster.Engine.Workflows.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Workflows;

public sealed class WorkflowRulesTests
{
    [Fact]
    public void A_submit_is_taken_once_and_answered_again()
    {
        var life = new WorkflowLife(Graphs.Of("a", "b: a"));

        life.Submit().ShouldBeOfType<WorkflowDecision.Happens>();
        life.Submit().ShouldBeOfType<WorkflowDecision.Stays>();
        life.Submit("another").ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.Conflict);

        life.State.Status.ShouldBe(WorkflowStatus.Waiting);
        life.State.Pending.Select(p => p.Node.Name).ShouldBe(["a", "b"]);
        life.AllMade();
        life.State.Pending.ShouldBeEmpty();
    }

    [Fact]
    public void A_graph_that_cannot_run_is_refused_and_nothing_happens()
    {
        var life = new WorkflowLife(Graphs.Of("a: b", "b: a"));

        life.Submit().ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.Invalid);

        life.Events.ShouldBeEmpty();
        life.Cancel().ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.NotFound);
    }

    [Fact]
    public void Its_state_follows_its_processes_in_any_order() => Gen.Int[0, 6].Array[0, 12].Sample(numbers =>
    {
        var states = numbers.Where(n => n > 0).Select(n => (ProcessStatus)n).ToList();
        var nodes = numbers.Length;

        var (status, finished) = WorkflowRules.StatusOf(nodes, WorkflowCounts.Of(states.Select(s => (s, 1L))));

        status.ShouldBe(
            states.Contains(ProcessStatus.Failed) ? WorkflowStatus.Failed
            : states.Contains(ProcessStatus.Cancelled) || nodes == 0 ? WorkflowStatus.Cancelled
            : states.Count == nodes && states.TrueForAll(s => s == ProcessStatus.Succeeded) ? WorkflowStatus.Succeeded
            : states.Exists(s => s is ProcessStatus.Running or ProcessStatus.Succeeded) ? WorkflowStatus.Running
            : WorkflowStatus.Waiting);
        finished.ShouldBe(states.Count == nodes && states.TrueForAll(s => s.IsFinal()));
        WorkflowRules.StatusOf(nodes, WorkflowCounts.Of(states.AsEnumerable().Reverse().Select(s => (s, 1L)))).ShouldBe((status, finished));
    });

    [Fact]
    public void It_runs_with_the_first_and_ends_with_the_last_of_its_processes()
    {
        var life = WorkflowLife.Made("a", "b: a");
        life.Look().ShouldBe(WorkflowStatus.Waiting);
        life.Is("a", ProcessStatus.Running).Look().ShouldBe(WorkflowStatus.Running);
        life.Is("a", ProcessStatus.Succeeded).Look().ShouldBe(WorkflowStatus.Running);
        life.Is("b", ProcessStatus.Succeeded).Look().ShouldBe(WorkflowStatus.Succeeded);
        life.State.Finished.ShouldBeTrue();

        life.Is("b", ProcessStatus.Waiting).Look().ShouldBe(WorkflowStatus.Running, "a process that is retried reopens it");
        life.State.Finished.ShouldBeFalse();
    }

    [Fact]
    public void It_has_not_succeeded_before_all_its_processes_exist()
    {
        var life = new WorkflowLife(Graphs.Of("a", "b: a"));
        life.Submit();

        life.Is("a", ProcessStatus.Succeeded).Look().ShouldBe(WorkflowStatus.Running);
    }

    [Fact]
    public void A_cancel_is_for_all_that_is_not_final_until_nothing_is_left()
    {
        var life = WorkflowLife.Made("a", "b", "c");
        life.Is("a", ProcessStatus.Succeeded).Is("b", ProcessStatus.Running).Look();
        life.Orders().ShouldBeEmpty();

        life.Cancel("c").ShouldBeOfType<WorkflowDecision.Happens>();
        life.Cancel("c").ShouldBeOfType<WorkflowDecision.Stays>();
        life.Cancel("d").ShouldBeOfType<WorkflowDecision.Stays>();
        life.Orders().Keys.ShouldBe(["b", "c"], ignoreOrder: true);
        life.Orders()["b"].ShouldBeOfType<ProcessCommand.Cancel>().Reason.ShouldBe("Not needed.");
        life.Is("b", ProcessStatus.Cancelled).Look().ShouldBe(WorkflowStatus.Cancelled);
        life.Orders().Keys.ShouldBe(["c"]);
        life.Is("c", ProcessStatus.Cancelled).Look();
        life.State.Finished.ShouldBeTrue();
        life.Cancel().ShouldBeOfType<WorkflowDecision.Stays>("it is cancelled");

        life.Is("b", ProcessStatus.Waiting).Look();
        life.Orders().ShouldBeEmpty("what is retried after a cancel goes on");
    }

    [Fact]
    public void What_has_succeeded_is_not_cancelled()
    {
        var life = WorkflowLife.Made("a");
        life.Is("a", ProcessStatus.Succeeded).Look();

        life.Cancel().ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.Conflict);
    }

    [Theory]
    [InlineData(WorkflowFailurePolicy.FailDependents, "leaf", "")]
    [InlineData(WorkflowFailurePolicy.FailDependents, "inner", "")]
    [InlineData(WorkflowFailurePolicy.FailAll, "leaf", "child other")]
    [InlineData(WorkflowFailurePolicy.FailAll, "inner", "child leaf other")]
    [InlineData(WorkflowFailurePolicy.FailAllOfInnerNode, "leaf", "")]
    [InlineData(WorkflowFailurePolicy.FailAllOfInnerNode, "inner", "child leaf other")]
    public void A_failure_takes_with_it_what_the_policy_says(WorkflowFailurePolicy policy, string failed, string aborted)
    {
        var life = WorkflowLife.Made(Graphs.Of(policy, "done", "inner", "child: inner", "leaf", "other"));
        life.Is("done", ProcessStatus.Succeeded).Is("inner", ProcessStatus.Succeeded).Is("other", ProcessStatus.Running).Is(failed, ProcessStatus.Failed).Look();

        var orders = life.Orders();

        orders.Keys.Order().ShouldBe(aborted.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        orders.Values.ShouldAllBe(o => ((ProcessCommand.Abort)o).Cause == Graphs.Id.Process(failed).Id);
    }

    [Fact]
    public void A_retry_of_what_failed_reopens_what_failed_because_of_it()
    {
        var life = WorkflowLife.Made(Graphs.Of(WorkflowFailurePolicy.FailAll, "a", "b", "c"));
        life.Is("a", ProcessStatus.Waiting).Is("b", ProcessStatus.Failed, cause: "a").Is("c", ProcessStatus.Failed, cause: "a").Look();

        var orders = life.Orders();

        orders.Keys.ShouldBe(["b", "c"], ignoreOrder: true);
        orders["b"].ShouldBeOfType<ProcessCommand.Retry>().Parent.ShouldBe(Graphs.Id.Process("a").Id);
    }

    [Fact]
    public void While_another_stays_failed_a_retry_is_ended_again()
    {
        var life = WorkflowLife.Made(Graphs.Of(WorkflowFailurePolicy.FailAll, "a", "b"));
        life.Is("a", ProcessStatus.Waiting).Is("b", ProcessStatus.Failed).Look();

        life.Orders()["a"].ShouldBeOfType<ProcessCommand.Abort>().Cause.ShouldBe(Graphs.Id.Process("b").Id);
    }

    [Fact]
    public void Orders_touch_only_what_they_can_change() => Gen.Select(Graphs.Acyclic, Gen.Int[0, 2], Gen.Int[1, 6].Array[12], Gen.Bool).Sample((spec, policy, states, stop) =>
    {
        var life = WorkflowLife.Made(spec with { OnFailure = (WorkflowFailurePolicy)policy });
        for (var i = 0; i < spec.Nodes.Length; i++)
        {
            var name = spec.Nodes[i].Name;
            life.Is(name, (ProcessStatus)states[i], states[i] == 5 && i % 2 == 1 ? spec.Nodes[0].Name : null);
        }

        if (stop)
        {
            life.Cancel();
        }

        foreach (var (name, order) in life.Orders())
        {
            var (status, cause) = life.Processes[name];
            (order is ProcessCommand.Retry ? status == ProcessStatus.Failed && cause is not null : !status.IsFinal()).ShouldBeTrue();
            WorkflowRules.MayOrder(life.State, life.Counts()).ShouldBeTrue();
        }
    });

    [Fact]
    public void A_node_is_added_behind_one_that_runs()
    {
        var life = WorkflowLife.Made("a", "b: a");
        life.AddNode("n", "a").ShouldBeOfType<WorkflowDecision.Refused>().Message.ShouldContain("'a' is waiting");
        life.Is("a", ProcessStatus.Running).Look();

        life.AddNode("n", "a").ShouldBeOfType<WorkflowDecision.Happens>();

        var added = life.Events[^1].ShouldBeOfType<WorkflowEvent.NodeAdded>();
        added.Node.After.ShouldBe(["a"]);
        added.Children.ShouldBeEmpty();
        life.State.Pending.Single().Node.Name.ShouldBe("n");
        life.AddNode("n", "a").ShouldBeOfType<WorkflowDecision.Stays>("the same node again");
        life.AddNode("n", "a", fingerprint: "another").ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.Conflict);
        life.AddNode("m", "nobody").ShouldBeOfType<WorkflowDecision.Refused>().Message.ShouldContain("'nobody'");
        life.Is("a", ProcessStatus.Succeeded).Is("b", ProcessStatus.Succeeded).Look().ShouldBe(WorkflowStatus.Running, "the new node is still to come");
    }

    [Fact]
    public void An_inserted_node_holds_back_what_its_parent_holds_back()
    {
        var life = WorkflowLife.Made("a", "b: a", "c: a", "d: b");
        life.Is("a", ProcessStatus.Running).Look();

        life.AddNode("n", "a", insert: true);

        life.Events[^1].ShouldBeOfType<WorkflowEvent.NodeAdded>().Children.ShouldBe(["b", "c"]);
        life.State.Nodes["b"].After.ShouldBe(["a", "n"]);
        life.State.Nodes["d"].After.ShouldBe(["b"]);
    }

    [Fact]
    public void A_node_that_has_begun_waits_for_no_other()
    {
        var life = WorkflowLife.Made("a", "b", "c: b");
        life.Is("a", ProcessStatus.Running).Is("b", ProcessStatus.Running).Is("c", ProcessStatus.Waiting).Look();

        life.AddNode("n", "a", child: "c").ShouldBeOfType<WorkflowDecision.Refused>().Problem.ShouldBe(Problem.Conflict);
        life.AddNode("n", "b", insert: true).ShouldBeOfType<WorkflowDecision.Refused>().Message.ShouldContain("'c' is waiting");
        life.Is("c", ProcessStatus.Blocked);
        life.AddNode("n", "a", child: "c").ShouldBeOfType<WorkflowDecision.Happens>();
        life.State.Nodes["c"].After.ShouldBe(["b", "n"]);
    }

    [Fact]
    public void No_addition_makes_a_cycle() => Gen.Select(Graphs.Acyclic, Gen.Select(Gen.Int[0, 11], Gen.Int[-3, 11], Gen.Bool).Array[1, 6]).Sample((spec, additions) =>
    {
        var life = WorkflowLife.Made(spec);
        var n = 0;
        foreach (var (parent, child, insert) in additions)
        {
            // Whatever the states are: they are as the addition wants them.
            var names = life.State.Nodes.Keys.Order().ToList();
            foreach (var name in names)
            {
                life.Is(name, ProcessStatus.Blocked);
            }

            life.Is(names[parent % names.Count], ProcessStatus.Running);
            life.AddNode($"x{++n}", names[parent % names.Count], child < 0 ? null : names[child % names.Count], insert);
            life.AllMade();
            var graph = new WorkflowSpec { Nodes = [.. life.State.Nodes.Select(node => new WorkflowNode { Name = node.Key, After = node.Value.After, Process = new ProcessSpec { Queue = "q" } })] };
            WorkflowGraph.Wrong(graph).ShouldBeNull();
        }
    });
}
