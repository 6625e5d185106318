using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Pool;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class WorkerPoolDrainTests : PoolTest
{
    private static readonly DrainPool Patient = new(TimeSpan.FromMinutes(1));

    [Fact]
    public async Task An_empty_pool_is_drained_at_once_and_asks_for_nothing_more()
    {
        var pool = Pool();

        pool.Tell(Patient, TestActor);

        await ExpectMsgAsync<PoolDrained>();
        await DemandAsync(d => d.Free == 0);
        (await DemandAsync()).Free.ShouldBe(0);
    }

    [Fact]
    public async Task A_drain_lets_running_work_finish()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");
        pool.Tell(Patient, TestActor);
        (await DemandAsync(d => d.Free == 0)).Held.ShouldBe([Attempt("a")]);
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeFalse();

        Runtime.End("a", new RunOutcome.Completed(null));

        await ExpectMsgAsync<PoolDrained>();
        Gate.Sent<ProcessCommand.Complete>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_the_deadline_work_is_cancelled_and_given_back_before_the_drain_is_answered()
    {
        var released = new TaskCompletionSource<ProcessReply>();
        Gate.Answer = c => c is ProcessCommand.Release ? released.Task : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        pool.Tell(new DrainPool(TimeSpan.FromMilliseconds(1)), TestActor);

        var release = await SentAsync<ProcessCommand.Release>();
        Runtime.Started["a"].Cancelled.IsCancellationRequested.ShouldBeTrue();
        HasMessages.ShouldBeFalse("the release is not stored yet");
        released.SetResult(FakeGate.Done(release));
        await ExpectMsgAsync<PoolDrained>();
    }

    [Fact]
    public async Task Work_that_fails_because_it_was_told_to_stop_is_given_back()
    {
        Runtime.HearsCancellation = false;
        var pool = Pool();
        await AssignAsync(pool, "a");
        pool.Tell(new DrainPool(TimeSpan.Zero), TestActor);
        await UntilAsync(() => Runtime.Started["a"].Cancelled.IsCancellationRequested);

        Runtime.End("a", new RunOutcome.Failed("The connection was closed.", Retryable: true));

        await ExpectMsgAsync<PoolDrained>();
        Gate.Commands.ShouldHaveSingleItem().ShouldBeOfType<ProcessCommand.Release>();
    }

    [Fact]
    public async Task Work_that_finishes_although_it_was_told_to_stop_is_complete()
    {
        Runtime.HearsCancellation = false;
        var pool = Pool();
        await AssignAsync(pool, "a");
        pool.Tell(new DrainPool(TimeSpan.Zero), TestActor);
        await UntilAsync(() => Runtime.Started["a"].Cancelled.IsCancellationRequested);

        Runtime.End("a", new RunOutcome.Completed(Json("1")));

        await ExpectMsgAsync<PoolDrained>();
        Gate.Commands.ShouldHaveSingleItem().ShouldBeOfType<ProcessCommand.Complete>();
    }

    [Fact]
    public async Task An_assignment_that_comes_during_a_drain_is_given_back()
    {
        var pool = Pool();
        var demand = (await DemandAsync()).DemandId;
        pool.Tell(Patient, TestActor);
        await ExpectMsgAsync<PoolDrained>();

        pool.Tell(Assignment(demand, "late"));

        (await SentAsync<ProcessCommand.Release>()).Process.Id.ShouldBe("late");
        Runtime.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_pools_of_a_node_are_drained_together()
    {
        var pools = Sys.ActorOf(WorkerPools.Props([], () => Task.CompletedTask));

        pools.Tell(Patient, TestActor);

        await ExpectMsgAsync<PoolDrained>();
    }
}
