using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Workflows;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    private static readonly string[] Traces = [.. Everything.Except(["process_count"])];

    [Fact]
    public async Task Retention_takes_everything_that_belongs_to_a_process_and_nothing_else()
    {
        await FullLife("kept", finalAt: 1_000);
        var before = Dump(Traces);
        await FullLife("taken", finalAt: 100);
        foreach (var table in Traces.Except(["queue", "executor", "schedule", "generator", "slot"]))
        {
            Raw($"SELECT * FROM {table}").Count(row => row.Contains("taken", StringComparison.Ordinal) || table == "file_chunk").ShouldBeGreaterThan(0, table);
        }

        (await Store.Rows.RemoveFinishedAsync(At(100), 100)).ShouldBe(1, "The parent, which ended long ago; not the process, which ended just then.");
        (await Store.Rows.RemoveFinishedAsync(At(101), 100)).ShouldBe(1);

        Dump(Traces).ShouldBe(before);
        await CountsAreTheRows();
        (await Store.Journal.HighestAsync("p/default/taken")).ShouldBe(0);
    }

    [Fact]
    public async Task Retention_goes_by_the_end_in_small_batches()
    {
        var stories = Enumerable.Range(0, 25).Select(i => New($"p{i:00}")).ToList();
        await WriteAtOnce(Store, stories.Select(s => s.Submit(At(0))));
        foreach (var (story, i) in stories.Select((s, i) => (s, i)).Take(20))
        {
            await Write(story.Cancel(At(20 - i)));
        }

        (await Store.Rows.RemoveFinishedAsync(At(15), 5)).ShouldBe(5);
        (await Left()).ShouldBe(Enumerable.Range(0, 25).Except([15, 16, 17, 18, 19]), "Those that ended first went first.");
        (await Store.Rows.RemoveFinishedAsync(At(15), 5)).ShouldBe(5);
        (await Store.Rows.RemoveFinishedAsync(At(15), 5)).ShouldBe(4, "The fifteenth ended at the limit.");
        (await Store.Rows.RemoveFinishedAsync(At(15), 5)).ShouldBe(0);
        await CountsAreTheRows();
        (await Left()).Count().ShouldBe(11);

        async Task<IEnumerable<int>> Left() => (await Store.Read.ListAsync(new() { Namespace = "default" }, null, 100))
            .Select(r => int.Parse(r.Id.Id[1..], System.Globalization.CultureInfo.InvariantCulture)).Order();
    }

    [Fact]
    public async Task A_parent_stays_while_a_child_is_not_final()
    {
        var (parent, child, grandchild) = (New("parent"), New("child"), New("grandchild"));
        await Write(
            parent.Submit(At(0)), parent.Assign(At(1)), parent.Complete(At(2)), child.Submit(At(0), Specs.After("parent")), child.SeeParents(At(3), ("parent", ProcessStatus.Succeeded)),
            grandchild.Submit(At(0), Specs.After("child")));

        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(0);
        await Write(child.Assign(At(4)), child.Complete(At(5)));
        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(1, "The parent; the child is a parent itself.");
        (await Store.Read.ParentsAsync(child.Id)).ShouldBeEmpty();
        (await Store.Read.ParentsAsync(grandchild.Id)).Single().Id.ShouldBe("child");

        await Write(grandchild.SeeParents(At(6), ("child", ProcessStatus.Succeeded)), grandchild.Cancel(At(7)));
        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(2);
        foreach (var table in Everything.Except(["process_count"]))
        {
            Raw($"SELECT * FROM {table}").ShouldBeEmpty(table);
        }

        (await Store.Read.CountsAsync(null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_process_that_was_reopened_is_not_taken()
    {
        var story = New("a");
        await Write(story.Submit(At(0)), story.Cancel(At(1)), story.Retry(At(2)));

        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(0);
        (await Store.Read.FindAsync(story.Id)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_process_with_a_webhook_to_deliver_stays()
    {
        var story = New("a");
        await Write(story.Submit(At(0), Specs.Plain() with { Webhook = new Webhook { Url = "http://localhost/" } }), story.Cancel(At(1)));

        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(0);
        await Store.Rows.WebhookDoneAsync(story.Id, null);
        (await Store.Rows.RemoveFinishedAsync(At(100), 10)).ShouldBe(1);
    }

    [Fact]
    public async Task Uploads_that_nobody_ended_are_taken_too()
    {
        var id = new ProcessId("default", "a");
        var old = await Store.Rows.BeginFileAsync(id, "old", "text/plain", At(0));
        await Store.Rows.AppendFileAsync(old, 0, new byte[] { 1 });
        var young = await Store.Rows.BeginFileAsync(id, "young", "text/plain", At(100));
        await Store.Rows.AppendFileAsync(young, 0, new byte[] { 1 });

        await Store.Rows.RemoveFinishedAsync(At(50), 10);

        Raw("SELECT file_id FROM file").ShouldBe([$"{young}"]);
        Raw("SELECT file_id FROM file_chunk").ShouldBe([$"{young}"]);
    }

    [Fact]
    public async Task A_second_process_of_the_same_id_begins_anew()
    {
        var first = New("a");
        await Write(first.Submit(At(0), Specs.Labelled(("k", "v"))), first.Cancel(At(1)));
        await Store.Rows.RemoveFinishedAsync(At(10), 10);

        var second = New("a");
        await Write(second.Submit(At(20), Specs.Labelled(("k", "w"))));

        Shape(await Store.Read.FindAsync(second.Id)).ShouldBe(Shape(Expected.Row(second)));
        (await Labelled(("k", "v"))).ShouldBeEmpty();
        (await Labelled(("k", "w"))).ShouldBe(["a"]);
    }

    // One row at least in every table that can belong to a process.
    private async Task FullLife(string id, int finalAt)
    {
        var (parent, story) = (New($"{id}-parent"), New(id));
        await Write(parent.Submit(At(0)), parent.Cancel(At(finalAt - 99)));
        await Write(story.Submit(At(0), Specs.After(parent.Id.Id) with { Labels = Specs.Labelled(("a", id), ("b", "")).Labels, Webhook = new Webhook { Url = "http://localhost/" }, Workflow = $"flow-of-{id}" }));
        await Write(Flow($"flow-of-{id}", new WorkflowEvent.StatusChanged { At = At(finalAt), CommandId = "", From = WorkflowStatus.Waiting, To = WorkflowStatus.Succeeded, Finished = true }));
        await Write(story.SeeParents(At(2), (parent.Id.Id, ProcessStatus.Succeeded)), story.Assign(At(3), "w", null, new SlotClaim(id, 1)), story.SetAttributes(At(4), ("x", id)));
        await Store.Rows.AppendLogAsync(story.Id, 1, [new LogLine(1, At(5), "stdout", id)]);
        var file = await Store.Rows.BeginFileAsync(story.Id, id, "text/plain", At(6));
        await Store.Rows.AppendFileAsync(file, 0, new byte[] { 1, 2, 3 });
        await Store.Rows.CompleteFileAsync(file, 3, "hash");
        await Write(story.Complete(At(finalAt), $"\"{id}\""));
        await Store.Rows.WebhookDoneAsync(story.Id, null);
        // What the stock plug-ins could leave.
        Tamper($"INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) SELECT ordering, 't', sequence_number, persistence_id FROM journal WHERE persistence_id = '{story.PersistenceId}'");
        Tamper($"INSERT INTO snapshot (persistence_id, sequence_number, created) VALUES ('{story.PersistenceId}', 1, 0)");
    }
}
