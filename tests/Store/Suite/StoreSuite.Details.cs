using System.Text.Json;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Specs_results_and_checkpoints_come_with_their_rows()
    {
        var (done, failed, running, waiting) = (New("done"), New("failed"), New("running", "other"), New("waiting"));
        await Write(
            done.Submit(At(0), Specs.Plain() with { Func = "f-done" }), failed.Submit(At(1)), running.Submit(At(2), Specs.Plain() with { Func = "f-running" }), waiting.Submit(At(3)));
        await Write(done.Assign(At(4)), failed.Assign(At(4)), running.Assign(At(4)));
        await Write(done.Complete(At(5), "[1]"), failed.Fail(At(5), "No.", retryable: false, """{"why":"no"}"""));
        await Store.Rows.TouchAsync(running.Id, null, JsonElement.Parse("7"), null, null);

        ProcessRow[] rows = [.. await Task.WhenAll(new[] { running, done, waiting, failed }.Select(async s => (await Store.Read.FindAsync(s.Id))!))];
        (await Store.Read.DetailsAsync(rows)).Select(d => (d.Row.Id.Id, d.Spec!.Func, d.Result?.GetRawText(), d.Checkpoint?.GetRawText())).ShouldBe(
        [
            ("running", "f-running", null, "7"),
            ("done", "f-done", "[1]", null),
            ("waiting", Specs.Plain().Func, null, null),
            ("failed", Specs.Plain().Func, """{"why":"no"}""", null),
        ]);
        (await Store.Read.ResultAsync(failed.Id))!.Value.GetRawText().ShouldBe("""{"why":"no"}""");
        (rows[1].Failure, rows[3].Failure).ShouldBe((null, FailureKind.Attempt));
        (await Store.Read.DetailsAsync([])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_comes_in_the_order_that_is_asked_for()
    {
        var stories = new[] { "a", "b", "c", "d" }.Select(id => New(id)).ToArray();
        await Write(
            stories[0].Submit(At(0)), stories[1].Submit(At(1), Specs.Plain() with { HeadStart = 6 }), stories[2].Submit(At(2)),
            stories[3].Submit(At(3), Specs.Plain() with { Priority = 1 }));
        (await Ids(ProcessOrder.Submitted)).ShouldBe("a b c d");
        (await Ids(ProcessOrder.Place)).ShouldBe("d b a c");

        await Write(stories[2].Assign(At(4)), stories[0].Assign(At(5)), stories[1].Assign(At(6)));
        (await Ids(ProcessOrder.Started, ProcessStatus.Running)).ShouldBe("c a b");

        await Write(stories[1].Release(At(7)));
        (await Store.Read.FindAsync(stories[1].Id))!.WaitingSince.ShouldBe(At(-5), "It keeps its place.");
        await Write(stories[0].Complete(At(8)), stories[2].Complete(At(9)));
        (await Ids(ProcessOrder.Finished, ProcessStatus.Succeeded)).ShouldBe("c a");

        async Task<string> Ids(ProcessOrder order, params ProcessStatus[] statuses) => string.Join(
            ' ', (await Store.Read.ListAsync(new ProcessFilter { Namespace = "default", Statuses = [.. statuses] }, order, 10)).Select(r => r.Id.Id));
    }

    [Fact]
    public async Task A_finished_process_can_be_removed_and_no_other()
    {
        var (done, waiting, parent, child) = (New("done"), New("waiting"), New("parent"), New("child"));
        await Write(done.Submit(At(0)), waiting.Submit(At(0)), parent.Submit(At(0)), child.Submit(At(0), Specs.After("parent")));
        await Write(done.Cancel(At(1)), parent.Assign(At(1)));
        await Write(parent.Complete(At(2)));

        (await Store.Rows.RemoveAsync("default", ["done", "waiting", "parent", "nobody"])).ShouldBe(1, "A child depends on the parent.");
        (await Store.Read.FindAsync(done.Id)).ShouldBeNull();
        await Write(child.Cancel(At(3)));
        (await Store.Rows.RemoveAsync("default", ["parent"])).ShouldBe(1);
        await CountsAreTheRows();
    }
}
