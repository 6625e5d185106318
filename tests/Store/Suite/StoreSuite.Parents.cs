using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Muster.Tests.Store.Making;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task Parents_and_children_see_each_other()
    {
        var (a, b, c, d) = (New("a"), New("b"), New("c"), New("d"));
        await Write(
            a.Submit(At(0)), b.Submit(At(0)), c.Submit(At(0), Specs.After("a", "b", "a")), d.Submit(At(0), Specs.After("a")),
            New("a", "other").Submit(At(0)), New("e", "other").Submit(At(0), Specs.After("a")), b.Assign(At(1)), b.Fail(At(2), "no", retryable: false));

        (await Store.Read.ParentsAsync(c.Id)).ShouldBe([new RelatedRow("a", ProcessStatus.Waiting, null), new RelatedRow("b", ProcessStatus.Failed, null)], ignoreOrder: true);
        (await Store.Read.ParentsAsync(a.Id)).ShouldBeEmpty();
        (await Store.Read.ChildrenOfAsync([a.Id, b.Id])).ShouldBe(
            [(a.Id, c.Id, ProcessStatus.Blocked), (a.Id, d.Id, ProcessStatus.Blocked), (b.Id, c.Id, ProcessStatus.Blocked)], ignoreOrder: true);
        (await Store.Read.ChildrenOfAsync([new ProcessId("other", "a")])).ShouldBe([(new("other", "a"), new("other", "e"), ProcessStatus.Blocked)]);
        (await Store.Read.ChildrenOfAsync([])).ShouldBeEmpty();
        (await Store.Read.StatusesAsync("default", ["a", "b", "nobody"])).ShouldBe(
            [new RelatedRow("a", ProcessStatus.Waiting, null), new RelatedRow("b", ProcessStatus.Failed, null)], ignoreOrder: true);
    }

    [Fact]
    public async Task Children_that_nothing_holds_back_are_found()
    {
        var (running, done, failed) = (New("running"), New("done"), New("failed"));
        await Write(
            running.Submit(At(0)), done.Submit(At(0)), done.Assign(At(1)), done.Complete(At(2)),
            failed.Submit(At(0)), failed.Assign(At(1)), failed.Fail(At(2), "no", retryable: false));
        await Write(
            New("held").Submit(At(3), Specs.After("running", "done")),
            New("free").Submit(At(3), Specs.After("done")),
            New("doomed").Submit(At(3), Specs.After("running", "failed")),
            New("no-parents").Submit(At(3), Specs.Plain() with { Limits = new Limits { NotBefore = At(1_000) } }));

        (await Store.Read.UnheldAsync(10)).Select(id => id.Id).ShouldBe(["free", "doomed"]);
        (await Store.Read.UnheldAsync(1)).Select(id => id.Id).ShouldBe(["free"]);
    }

    [Fact]
    public async Task A_child_with_a_deadline_of_its_own_is_found_too()
    {
        var (done, child) = (New("done"), New("child"));
        await Write(done.Submit(At(0)), done.Assign(At(1)), done.Complete(At(2)));
        await Write(child.Submit(At(3), Specs.After("done") with { Limits = new Limits { Deadline = At(1_000), MaxWait = TimeSpan.FromHours(1), WaitFrom = WaitFrom.Submission } }));

        (await Store.Read.UnheldAsync(10)).ShouldBe([child.Id]);
    }

    [Fact]
    public async Task A_child_that_waits_for_its_start_time_is_not_looked_at_all_day()
    {
        var (done, child) = (New("done"), New("child"));
        await Write(done.Submit(At(0)), done.Assign(At(1)), done.Complete(At(2)));
        await Write(child.Submit(At(3), Specs.After("done") with { Limits = new Limits { NotBefore = At(3_600) } }));

        (await Store.Read.UnheldAsync(10)).ShouldBeEmpty();
        Clock.Advance(TimeSpan.FromSeconds(3_590));
        (await Store.Read.UnheldAsync(10)).ShouldBe([child.Id], "Its start time is near.");
    }

    [Fact]
    public async Task A_child_that_waits_for_a_retry_is_not_looked_at()
    {
        var (done, child) = (New("done"), New("child"));
        await Write(done.Submit(At(0)), done.Assign(At(1)), done.Complete(At(2)));
        await Write(child.Submit(At(3), Specs.After("done")), child.SeeParents(At(4), ("done", ProcessStatus.Succeeded)), child.Assign(At(5)), child.Fail(At(6)));

        (await Store.Read.FindAsync(child.Id))!.Status.ShouldBe(ProcessStatus.Blocked);
        (await Store.Read.UnheldAsync(10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reopened_child_looks_at_its_parents_again()
    {
        var (parent, child) = (New("parent"), New("child"));
        await Write(parent.Submit(At(0)), parent.Cancel(At(1)), child.Submit(At(0), Specs.After("parent")), child.SeeParents(At(2), ("parent", ProcessStatus.Cancelled)));
        await Write(parent.Retry(At(3)), child.Retry(At(3)), parent.Assign(At(4)), parent.Complete(At(5)));

        (await Store.Read.UnheldAsync(10)).ShouldBe([child.Id]);
    }
}
