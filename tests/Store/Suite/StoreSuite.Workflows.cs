using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Persistence.Journal;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    private static readonly WorkflowSpec TwoNodes = new()
    {
        Name = "two",
        OnFailure = WorkflowFailurePolicy.FailAll,
        Nodes = [new WorkflowNode { Name = "a", Process = Specs.Plain() }, new WorkflowNode { Name = "b", Process = Specs.Plain(), After = ["a"] }],
        Labels = Specs.Labelled(("team", "blue")).Labels,
    };

    [Fact]
    public async Task A_workflow_runs_through_its_row()
    {
        var id = new WorkflowId("default", "flow");
        await Write(Flow("flow"));
        var row = (await Store.Read.WorkflowAsync(id)).ShouldNotBeNull();
        (row.Id, row.Status, row.Name, row.OnFailure, row.Nodes, row.CreatedBy, row.CreatedAt, row.StartedAt, row.FinishedAt)
            .ShouldBe((id, WorkflowStatus.Waiting, "two", WorkflowFailurePolicy.FailAll, 2, "me", At(0), null, null));
        row.Labels!["team"].ShouldBe("blue");

        await Write(
            Next("flow", 3, To(WorkflowStatus.Running, 1)),
            Next("flow", 4, new WorkflowEvent.NodeAdded { At = At(2), CommandId = "c", Node = TwoNodes.Nodes[0] with { Name = "c" }, Fingerprint = "f", Children = ["b"] }),
            Next("flow", 5, new WorkflowEvent.Made { At = At(2), CommandId = "", Missing = ["b"] }),
            Next("flow", 6, new WorkflowEvent.CancelRequested { At = At(3), CommandId = "c2", Reason = "Not needed." }),
            Next("flow", 7, To(WorkflowStatus.Cancelled, 4, finished: true)));
        row = (await Store.Read.WorkflowAsync(id)).ShouldNotBeNull();
        (row.Status, row.Nodes, row.Reason, row.StartedAt, row.FinishedAt, row.UpdatedAt).ShouldBe((WorkflowStatus.Cancelled, 2, "Not needed.", At(1), At(4), At(4)));

        await Write(Next("flow", 8, To(WorkflowStatus.Waiting, 5)));
        row = (await Store.Read.WorkflowAsync(id)).ShouldNotBeNull();
        (row.Status, row.StartedAt, row.FinishedAt).ShouldBe((WorkflowStatus.Waiting, At(1), null));
        (await Store.Read.WorkflowAsync(new WorkflowId("other", "flow"))).ShouldBeNull();
        (await Store.Read.EventsAsync(0, 100)).ShouldBeEmpty("Followers see the transitions of processes.");
        await TheRowsAreWhatTheJournalSays();
    }

    [Fact]
    public async Task Workflows_are_listed_by_state_the_newest_first()
    {
        await Write(Flow("a"), Flow("b"), Flow("c"), Flow("d"), Next("b", 3, To(WorkflowStatus.Running, 1)), Next("c", 3, To(WorkflowStatus.Failed, 1)));
        await Write(Appends.Of("w/other/e", 1, "w", Submitted()));

        (await Page()).ShouldBe(["d", "c", "b", "a"]);
        (await Page(WorkflowStatus.Waiting)).ShouldBe(["d", "a"]);
        (await Page(WorkflowStatus.Running, WorkflowStatus.Failed)).ShouldBe(["c", "b"]);
        var first = await Store.Read.WorkflowsAsync("default", [], null, 3);
        (await Store.Read.WorkflowsAsync("default", [], first[^1].Seq, 3)).Select(r => r.Id.Id).ShouldBe(["a"]);

        async Task<IEnumerable<string>> Page(params WorkflowStatus[] statuses) => (await Store.Read.WorkflowsAsync("default", statuses, null, 10)).Select(r => r.Id.Id);
    }

    [Fact]
    public async Task The_processes_of_a_workflow_are_found_with_states_and_edges()
    {
        var (a, b, c) = (Node("a"), Node("b"), Node("c"));
        await Write(a.Submit(At(0), InFlow()), b.Submit(At(0), InFlow("a")), c.Submit(At(0), InFlow("a")), New("d").Submit(At(0)), New("a", "other").Submit(At(0), InFlow()));
        await Write(c.AddParent(At(1), "b"), c.AddParent(At(1), "b"));
        await Write(a.Assign(At(2)), a.Fail(At(3), "no", retryable: false), b.SeeParents(At(4), ("a", ProcessStatus.Failed)));

        (await Store.Read.WorkflowProcessesAsync(new WorkflowId("default", "flow"))).ShouldBe(
            [new RelatedRow("a", ProcessStatus.Failed, null), new RelatedRow("b", ProcessStatus.Failed, "a"), new RelatedRow("c", ProcessStatus.Blocked, null)], ignoreOrder: true);
        (await Store.Read.WorkflowCountsAsync("default", ["flow", "another"])).ShouldBe(
            [new WorkflowCountRow("flow", ProcessStatus.Failed, 2), new WorkflowCountRow("flow", ProcessStatus.Blocked, 1)], ignoreOrder: true);
        (await Store.Read.WorkflowEdgesAsync(new WorkflowId("default", "flow"))).ShouldBe([("a", "b"), ("a", "c"), ("b", "c")], ignoreOrder: true);
        (await Store.Read.ListAsync(new ProcessFilter { Namespace = "default", Workflow = "flow" }, null, 10)).Select(r => r.Id.Id).ShouldBe(["c", "b", "a"], ignoreOrder: true);
        (await Store.Read.FindAsync(c.Id))!.Workflow.ShouldBe("flow");
        (await Store.Read.ParentsAsync(c.Id)).Select(r => r.Id).ShouldBe(["a", "b"], ignoreOrder: true);
        await TheRowsAreWhatTheJournalSays();
    }

    [Theory]
    [InlineData("waiting", WorkflowStatus.Waiting, false, false)]
    [InlineData("waiting", WorkflowStatus.Running, false, true)]
    [InlineData("running", WorkflowStatus.Waiting, false, true)]
    [InlineData("running", WorkflowStatus.Running, false, false)]
    [InlineData("running", WorkflowStatus.Succeeded, true, true)]
    [InlineData("succeeded", WorkflowStatus.Running, false, true)]
    [InlineData("succeeded", WorkflowStatus.Succeeded, true, false)]
    [InlineData("cancelled", WorkflowStatus.Running, false, true)]
    [InlineData("cancelled", WorkflowStatus.Cancelled, false, true)]
    [InlineData("cancelled", WorkflowStatus.Cancelled, true, false)]
    [InlineData("waiting", WorkflowStatus.Cancelled, true, true)]
    public async Task A_workflow_whose_row_does_not_say_what_its_processes_say_is_found(string process, WorkflowStatus row, bool finished, bool found)
    {
        var story = Node("a");
        await Write(Flow("flow"), story.Submit(At(0), InFlow()));
        await Write(Next("flow", 3, To(row, 1, finished)));
        await Write(process switch
        {
            "running" => [story.Assign(At(1))],
            "succeeded" => [story.Assign(At(1)), story.Complete(At(2))],
            "cancelled" => [story.Cancel(At(1))],
            _ => (JournalAppend[])[],
        });

        (await Store.Read.WorkflowsToLookAtAsync(10)).ShouldBe(found ? [new WorkflowId("default", "flow")] : []);
    }

    [Fact]
    public async Task A_workflow_that_makes_or_ends_processes_is_found()
    {
        await Write(Appends.Of("w/default/unmade", 1, "w", Submitted()), Flow("stopping"), Flow("quiet"), Next("stopping", 3, new WorkflowEvent.CancelRequested { At = At(1), CommandId = "c", Reason = "r" }));
        await Write(Node("a", "stopping").Submit(At(0), InFlow() with { Workflow = "stopping" }), Node("a", "quiet").Submit(At(0), InFlow() with { Workflow = "quiet" }));

        (await Store.Read.WorkflowsToLookAtAsync(10)).Select(w => w.Id).ShouldBe(["unmade", "stopping"], ignoreOrder: true);
    }

    [Fact]
    public async Task Processes_stay_while_their_workflow_is_not_over_and_it_goes_with_the_last_of_them()
    {
        var (a, b) = (Node("a"), Node("b"));
        await Write(Flow("flow"), a.Submit(At(0), InFlow()), b.Submit(At(0), InFlow()), a.Cancel(At(1)));
        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(0);
        (await Store.Rows.RemoveAsync("default", ["a"])).ShouldBe(0);

        await Write(b.Cancel(At(2)), Next("flow", 3, To(WorkflowStatus.Cancelled, 3, finished: true)));
        (await Store.Rows.RemoveFinishedAsync(At(3), 10)).ShouldBe(0, "It ended just then.");
        (await Store.Rows.RemoveFinishedAsync(At(4), 1)).ShouldBe(1);
        (await Store.Read.WorkflowAsync(new WorkflowId("default", "flow"))).ShouldNotBeNull();
        (await Store.Rows.RemoveFinishedAsync(At(4), 1)).ShouldBe(1);
        (await Store.Read.WorkflowAsync(new WorkflowId("default", "flow"))).ShouldBeNull();
        (await Store.Journal.HighestAsync("w/default/flow")).ShouldBe(0);
    }

    [Fact]
    public async Task An_event_of_a_workflow_that_is_gone_is_refused()
    {
        (await Should.ThrowAsync<JournalWriteException>(() => Store.Journal.AppendAsync(Next("gone", 2, To(WorkflowStatus.Running, 1))))).Message.ShouldContain("there is no workflow default/gone");
        (await Store.Read.WorkflowAsync(new WorkflowId("default", "gone"))).ShouldBeNull();
    }

    private static Story Node(string name, string flow = "flow") => New(flow == "flow" ? name : $"{flow}-{name}");

    private static ProcessSpec InFlow(params string[] parents) => Specs.After([.. parents]) with { Workflow = "flow" };

    private static JournalAppend Flow(string id, params WorkflowEvent[] more) =>
        Appends.Of($"w/default/{id}", 1, "w", [Submitted(), new WorkflowEvent.Made { At = At(0), CommandId = "" }, .. more]);

    private static JournalAppend Next(string id, long nr, WorkflowEvent e) => Appends.Of($"w/default/{id}", nr, "w", e);

    private static WorkflowEvent Submitted() => new WorkflowEvent.Submitted { At = At(0), CommandId = "s", By = "me", Spec = TwoNodes, Fingerprint = "f" };

    private static WorkflowEvent To(WorkflowStatus status, double seconds, bool finished = false) =>
        new WorkflowEvent.StatusChanged { At = At(seconds), CommandId = "", From = WorkflowStatus.Waiting, To = status, Finished = finished };
}
