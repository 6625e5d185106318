using CsCheck;
using Muster.Engine.Workflows;
using Muster.Messages;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Workflows;

public sealed class PlacementTests
{
    [Fact]
    public void Parents_are_made_before_their_children_whatever_comes_back_when() => Gen.Select(Graphs.Acyclic, Gen.Int[0, 9].Array[40]).Sample((spec, luck) =>
    {
        var life = new WorkflowLife(spec);
        life.Submit();
        var placement = new Placement(Graphs.Id);
        placement.Add(life.State.Pending);
        var made = new HashSet<string>();
        var open = new List<(string Step, ProcessCommand Command)>();
        for (var i = 0; !placement.IsDone; i++)
        {
            i.ShouldBeLessThan(1_000, "it goes round in circles");
            foreach (var next in placement.Take())
            {
                var submit = next.Command.ShouldBeOfType<ProcessCommand.Submit>();
                submit.Spec.After.ShouldBeSubsetOf(made, "a parent that does not exist is taken for done");
                open.Add(next);
            }

            var at = luck[i % luck.Length] % open.Count;
            var (step, command) = open[at];
            open.RemoveAt(at);
            if (luck[i % luck.Length] == 9)
            {
                placement.Again(step);
                continue;
            }

            made.Add(command.Process.Id);
            placement.Done(step, refused: false);
        }

        made.ShouldBe(spec.Nodes.Select(n => Graphs.Id.Process(n.Name).Id), ignoreOrder: true);
    });

    [Fact]
    public void The_process_of_a_node_carries_its_name_its_workflow_and_its_parents()
    {
        var life = new WorkflowLife(Graphs.Of("a", "b: a a"));
        life.Submit();
        var placement = new Placement(Graphs.Id);
        placement.Add(life.State.Pending);

        var (first, a) = placement.Take().ShouldHaveSingleItem();
        placement.Done(first, refused: false);
        var (_, command) = placement.Take().ShouldHaveSingleItem();

        a.Process.ShouldBe(Graphs.Id.Process("a"));
        var b = command.ShouldBeOfType<ProcessCommand.Submit>();
        (b.Spec.Name, b.Spec.Workflow, b.By, b.Fingerprint).ShouldBe(("b", "flow", "ada", "f"));
        b.Spec.After.ShouldBe([Graphs.Id.Process("a").Id]);
    }

    [Fact]
    public void Children_wait_for_a_new_node_before_it_exists()
    {
        var life = WorkflowLife.Made("a", "b: a", "c: a");
        life.Is("a", ProcessStatus.Running).Look();
        life.AddNode("n", "a", insert: true);
        var placement = new Placement(Graphs.Id);
        placement.Add(life.State.Pending);

        var links = placement.Take().ToList();

        links.Select(l => l.Command.Process).ShouldBe([Graphs.Id.Process("b"), Graphs.Id.Process("c")]);
        links.ShouldAllBe(l => ((ProcessCommand.AddParent)l.Command).Parent == Graphs.Id.Process("n").Id);
        placement.Done(links[0].Step, refused: true);
        placement.Take().ShouldBeEmpty();
        placement.Done(links[1].Step, refused: false);
        placement.Take().ShouldHaveSingleItem().Command.ShouldBeOfType<ProcessCommand.Submit>().Process.ShouldBe(new ProcessId("default", Graphs.Id.Process("n").Id));
        placement.TakeMissing().ShouldBeEmpty("one that has begun is left alone");
    }

    [Fact]
    public void What_is_refused_for_good_is_missing()
    {
        var life = new WorkflowLife(Graphs.Of("a"));
        life.Submit();
        var placement = new Placement(Graphs.Id);
        placement.Add(life.State.Pending);

        placement.Done(placement.Take().Single().Step, refused: true);

        placement.IsDone.ShouldBeTrue();
        placement.TakeMissing().ShouldBe(["a"]);
    }
}
