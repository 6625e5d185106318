using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;
using Shouldly;

namespace Muster.Tests.Unit.Processes;

/// <summary>What must hold of a process at any time between two commands.</summary>
internal static class Invariants
{
    public static void Hold(ProcessState state, Limits limits, DateTimeOffset now)
    {
        if (limits.MaxRetries >= 0)
        {
            state.Counted.ShouldBeLessThanOrEqualTo(limits.MaxRetries + 1);
        }

        state.Commands.Length.ShouldBeLessThanOrEqualTo(ProcessState.RememberedCommands);
        switch (state.Status)
        {
            case ProcessStatus.Blocked:
                state.ShouldSatisfyAllConditions(
                    s => (!s.ParentsDone || s.BlockedUntil is not null).ShouldBeTrue("blocked needs a reason: parents or a time"),
                    s => (!s.ParentsDone || Deadlines.Next(s) <= s.BlockedUntil).ShouldBeTrue("the end of a delay must be armed"),
                    s => s.WaitingSince.ShouldBeNull());
                HasNoAttempt(state);
                break;
            case ProcessStatus.Waiting:
                state.ParentsDone.ShouldBeTrue("only what no parent holds back waits in a queue");
                state.BlockedUntil.ShouldBeNull();
                state.WaitingSince.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(now);
                HasNoAttempt(state);
                break;
            case ProcessStatus.Running:
                state.Attempt.ShouldBeGreaterThan(0);
                state.Executor.ShouldNotBeNull();
                state.Demand.ShouldNotBeNull();
                state.WaitingSince.ShouldBeNull();
                (state.LeaseUntil is not null).ShouldBe(limits.Lease > TimeSpan.Zero);
                (state.ExecUntil is not null).ShouldBe(limits.MaxExec is not null);
                if (state.LeaseUntil is { } lease)
                {
                    Deadlines.Next(state).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(lease);
                }

                break;
            case var s when s.IsFinal():
                Deadlines.Next(state).ShouldBeNull("a finished process has nothing to do");
                state.WaitingSince.ShouldBeNull();
                (state.ResultHash is not null).ShouldBe(s == ProcessStatus.Succeeded);
                (state.Reason is null).ShouldBe(s == ProcessStatus.Succeeded, "what ended without success says why");
                HasNoAttempt(state);
                break;
        }
    }

    private static void HasNoAttempt(ProcessState state) => state.ShouldSatisfyAllConditions(
        s => s.Executor.ShouldBeNull(),
        s => s.Demand.ShouldBeNull(),
        s => s.Slots.ShouldBeEmpty(),
        s => s.LeaseUntil.ShouldBeNull(),
        s => s.ExecUntil.ShouldBeNull());
}
