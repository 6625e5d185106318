using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Instances;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

/// <summary>A pool goes on with attempts that its runtime has from an earlier life of the node.</summary>
public sealed class WorkerPoolAdoptionTests : PoolTest
{
    [Fact]
    public async Task An_adopted_attempt_takes_a_slot_and_its_process_is_asked_at_once()
    {
        Pool(slots: 2, adopted: [new AdoptedAttempt(Assignment("", "a"), 3)]);

        var demand = await DemandAsync();

        demand.Held.ShouldBe([Attempt("a")]);
        demand.Free.ShouldBe(1);
        await SentAsync<ProcessCommand.Heartbeat>();
        Runtime.Started["a"].Request.Adopted.ShouldBeTrue();
    }

    [Fact]
    public async Task Its_end_is_told_and_its_lines_have_numbers_that_no_line_had()
    {
        Pool(adopted: [new AdoptedAttempt(Assignment("", "a"), 3)]);
        await UntilAsync(() => Runtime.Started.ContainsKey("a"));

        Runtime.Started["a"].Channel.Log("more", "stdout");
        Runtime.End("a", new RunOutcome.Completed(Json("1")));

        (await SentAsync<ProcessCommand.Complete>()).Attempt.ShouldBe(1);
        Gate.Sent<ProcessCommand.AppendLog>().Single().Lines.Single().Sequence.ShouldBeGreaterThan(3);
        await DemandAsync(d => d.Held.IsEmpty && d.Free == 4);
    }

    [Fact]
    public async Task One_that_its_process_has_given_to_another_is_cancelled()
    {
        Gate.Answer = c => c is ProcessCommand.Heartbeat ? Task.FromResult(FakeGate.Refused(c, Messages.Problem.Conflict)) : null;
        Pool(adopted: [new AdoptedAttempt(Assignment("", "a"), 0)]);

        await UntilAsync(() => Runtime.Started.TryGetValue("a", out var started) && started.Cancelled.IsCancellationRequested);

        await DemandAsync(d => d.Held.IsEmpty && !d.Partial);
        Gate.Sent<ProcessCommand.Release>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_runtime_did_not_begin_is_given_back_uncounted()
    {
        await AssignAsync(Pool(), "a");

        Runtime.End("a", new RunOutcome.GivenBack("The instance has ended."));

        (await SentAsync<ProcessCommand.Release>()).Reason.ShouldBe("The instance has ended.");
        await UntilAsync(() => Runtime.Ended.Contains("a"));
    }
}
