using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Runtime;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class WorkerPoolTests : PoolTest
{
    [Fact]
    public async Task A_pool_asks_for_as_many_processes_as_it_has_slots()
    {
        Pool(slots: 3);

        var demand = await DemandAsync();

        demand.Free.ShouldBe(3);
        demand.Held.ShouldBeEmpty();
        demand.Received.ShouldBe(0);
        demand.Capability.Executor.ShouldBe("node-1");
    }

    [Fact]
    public async Task Every_start_of_a_pool_has_a_demand_of_its_own()
    {
        Pool();
        var first = await DemandAsync();
        Pool();

        await DemandAsync(d => d.DemandId != first.DemandId);
    }

    [Fact]
    public async Task The_demand_is_said_again_and_its_version_rises()
    {
        Pool();
        var last = await DemandAsync();
        for (var i = 0; i < 5; i++)
        {
            var next = await DemandAsync();
            next.Version.ShouldBeGreaterThan(last.Version);
            last = next;
        }
    }

    [Fact]
    public async Task What_runs_is_held_and_takes_a_slot()
    {
        var pool = Pool(slots: 3);
        await AssignAsync(pool, "a");

        var demand = await DemandAsync(d => d.Received == 1);

        demand.Held.ShouldBe([Attempt("a")]);
        demand.Free.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_names_what_has_arrived_and_the_word_of_every_2_s_all_that_is_held()
    {
        var pool = Pool(slots: 3);
        await AssignAsync(pool, "a");
        await WholeAsync(d => d.Held.Length == 1);
        await AssignAsync(pool, "b");

        (await DemandAsync(d => d.Received == 2)).ShouldSatisfyAllConditions(d => d.Partial.ShouldBeTrue(), d => d.Held.ShouldBe([Attempt("b")]));
        (await WholeAsync(d => d.Received == 2)).Held.ShouldBe([Attempt("a"), Attempt("b")]);
    }

    [Fact]
    public async Task A_burst_of_changes_goes_out_in_few_words()
    {
        var pool = Pool(slots: 1_000);
        var before = await DemandAsync();
        foreach (var i in Enumerable.Range(0, 1_000))
        {
            pool.Tell(Assignment(before.DemandId, $"p{i}"));
        }

        var after = await DemandAsync(d => d.Received == 1_000);

        (after.Version - before.Version).ShouldBeLessThan(500);
    }

    [Fact]
    public async Task A_slot_is_free_when_the_work_is_done_and_the_attempt_is_held_until_its_end_is_stored()
    {
        var answer = new TaskCompletionSource<ProcessReply>();
        Gate.Answer = c => c is ProcessCommand.Complete ? answer.Task : null;
        var pool = Pool(slots: 2);
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Completed(Json("""{"n": 1}""")));
        var complete = await SentAsync<ProcessCommand.Complete>();
        var unanswered = await WholeAsync(d => d.Received == 1 && d.Free == 2);
        unanswered.Held.ShouldBe([Attempt("a")]);
        unanswered.Finished.ShouldBeEmpty();

        answer.SetResult(FakeGate.Done(complete));
        var answered = await DemandAsync(d => d.Finished.Length == 1);
        answered.Finished.ShouldBe([Attempt("a")]);
        (await DemandAsync()).Finished.ShouldBeEmpty("it was said once");
    }

    [Fact]
    public async Task A_result_is_told_with_the_hash_of_its_raw_text()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Completed(Json("""{"n": 1}""")));

        var complete = await SentAsync<ProcessCommand.Complete>();
        complete.Result!.Value.GetProperty("n").GetInt32().ShouldBe(1);
        complete.ResultHash.ShouldBe(ResultHash.Of(Json("""{"n": 1}""")));
        complete.Attempt.ShouldBe(1);
        complete.By.ShouldBe("node-1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_is_told_with_its_reason(bool retryable)
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Failed("It broke.", retryable));

        var fail = await SentAsync<ProcessCommand.Fail>();
        fail.Error.ShouldBe("It broke.");
        fail.Retryable.ShouldBe(retryable);
    }

    [Fact]
    public async Task An_end_is_repeated_with_the_same_command_until_the_process_answers()
    {
        Gate.Answer = c => Gate.Commands.Count < 4 ? Task.FromResult(FakeGate.Refused(c, Problem.Busy)) : null;
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Completed(null));
        await PassUntilAsync(() => Gate.Sent<ProcessCommand.Complete>().Count == 4, TimeSpan.FromSeconds(1));

        Gate.Sent<ProcessCommand.Complete>().Select(c => c.CommandId).Distinct().Count().ShouldBe(1);
        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
    }

    [Fact]
    public async Task An_end_that_the_process_refuses_is_over_all_the_same()
    {
        Gate.Answer = c => Task.FromResult(FakeGate.Refused(c, Problem.Conflict));
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Completed(null));

        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);
        Gate.Sent<ProcessCommand.Complete>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_result_that_fits_no_message_fails_for_good()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Runtime.End("a", new RunOutcome.Completed(Json($"\"{new string('x', 2_000_000)}\"")));

        var fail = await SentAsync<ProcessCommand.Fail>();
        fail.Retryable.ShouldBeFalse();
        fail.Error.ShouldContain("bytes");
    }

    [Fact]
    public async Task An_assignment_above_the_slots_is_given_back_and_not_started()
    {
        var pool = Pool(slots: 1);
        var demand = await AssignAsync(pool, "a");

        pool.Tell(Assignment(demand, "b"));

        (await SentAsync<ProcessCommand.Release>()).Process.Id.ShouldBe("b");
        Runtime.Started.ShouldNotContainKey("b");
        var after = await WholeAsync(d => d.Received == 2 && d.Held.Length == 1);
        after.Held.ShouldBe([Attempt("a")]);
        after.Free.ShouldBe(0);
    }

    [Fact]
    public async Task An_assignment_for_another_demand_is_given_back_and_not_started()
    {
        var pool = Pool();
        await DemandAsync();

        pool.Tell(Assignment("another", "a"));

        (await SentAsync<ProcessCommand.Release>()).Process.Id.ShouldBe("a");
        Runtime.Started.ShouldBeEmpty();
        (await DemandAsync(d => d.Version > 2)).Received.ShouldBe(0);
    }

    [Fact]
    public async Task An_attempt_runs_once_also_when_its_assignment_comes_again_after_its_end()
    {
        var pool = Pool();
        var demand = await AssignAsync(pool, "a");
        pool.Tell(Assignment(demand, "a"));
        Runtime.End("a", new RunOutcome.Completed(null));
        await WholeAsync(d => d.Received == 1 && d.Held.IsEmpty);

        pool.Tell(Assignment(demand, "a"));
        pool.Tell(Assignment(demand, "b"));

        await UntilAsync(() => Runtime.Started.ContainsKey("b"));
        (await DemandAsync(d => d.Received == 2)).Held.ShouldBe([Attempt("b")]);
        Gate.Sent<ProcessCommand.Complete>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Work_ends_when_its_pool_stops()
    {
        var pool = Pool();
        await AssignAsync(pool, "a");

        Sys.Stop(pool);

        await UntilAsync(() => Runtime.Started["a"].Cancelled.IsCancellationRequested);
        await DemandAsync(d => d.Gone);
    }

    [Fact]
    public async Task Ten_thousand_handlers_each_run_once_and_end_once()
    {
        var runs = 0;
        var handlers = new Muster.Client.Handlers.HandlerRegistry().Add("work", _ =>
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<System.Text.Json.JsonElement?>(null);
        });
        var pool = Pool(slots: 10_000, new Muster.Runtime.Dotnet.DotnetRuntime(handlers, Clock));
        var demand = (await DemandAsync()).DemandId;

        foreach (var i in Enumerable.Range(0, 10_000))
        {
            pool.Tell(Assignment(demand, $"p{i}"));
        }

        await WholeAsync(d => d.Received == 10_000 && d.Held.IsEmpty);
        runs.ShouldBe(10_000);
        Gate.Sent<ProcessCommand.Complete>().Select(c => c.Process.Id).Distinct().Count().ShouldBe(10_000);
        Gate.Commands.Count.ShouldBe(10_000);
    }
}
