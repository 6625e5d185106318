using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Processes;

/// <summary>One step of a random life.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="A">Chooses among variants.</param>
/// <param name="Ms">How far time moves, for steps that move it.</param>
/// <param name="Chance">Decides the jitter.</param>
internal readonly record struct Step(Step.Kinds Kind, int A, int Ms, double Chance)
{
    internal enum Kinds
    {
        Submit, SubmitOther, Offer, OfferAgain, Heartbeat, Progress, Log, Complete, CompleteOther, Fail, FailForGood, Release, WorkerLost,
        Cancel, Reject, Retry, RetryByParent, SetPriority, SetAttributes, Repeat, Tick, Pass, PassToDeadline, PassNearDeadline, SeeParents, Offer2, Offer3, Abort, AddParent, PassMore, Last = PassMore,
    }

    public void On(Life life)
    {
        life.Chance = Chance;
        // Mostly the live attempt, sometimes an older one or one that never was.
        var attempt = A switch { 0 => life.State.Attempt - 1, 1 => life.State.Attempt + 1, 2 => 0, _ => life.State.Attempt };
        switch (Kind)
        {
            case Kinds.Submit:
                life.Submit();
                break;
            case Kinds.SubmitOther:
                life.Submit("another");
                break;
            case Kinds.Offer or Kinds.OfferAgain or Kinds.Offer2 or Kinds.Offer3:
                life.Offer($"d{A}", new SlotClaim("", A + 1));
                break;
            case Kinds.Heartbeat:
                life.Heartbeat(attempt);
                break;
            case Kinds.Progress:
                life.Progress(attempt);
                break;
            case Kinds.Log:
                life.Log(attempt);
                break;
            case Kinds.Complete:
                life.Complete(attempt);
                break;
            case Kinds.CompleteOther:
                life.Complete(attempt, "other");
                break;
            case Kinds.Fail:
                life.Fail(attempt);
                break;
            case Kinds.FailForGood:
                life.Fail(attempt, retryable: false);
                break;
            case Kinds.Release:
                life.Release(attempt);
                break;
            case Kinds.WorkerLost:
                life.WorkerLost(attempt);
                break;
            case Kinds.Cancel when A < 4:
                life.Cancel();
                break;
            case Kinds.Reject when A < 4:
                life.Reject();
                break;
            case Kinds.Abort when A < 4:
                life.Abort(A % 2 == 0 ? "z" : null);
                break;
            case Kinds.AddParent:
                life.AddParent($"added{A % 2}");
                break;
            case Kinds.Retry:
                life.Retry();
                break;
            case Kinds.RetryByParent:
                life.Retry(parent: A % 2 == 0 ? "a" : "b");
                break;
            case Kinds.SetPriority:
                life.SetPriority(A);
                break;
            case Kinds.SetAttributes:
                life.SetAttributes("k", A % 3 == 0 ? null : "v");
                break;
            case Kinds.Repeat when life.Applied.Count > 0:
                life.Do(life.Applied[^Math.Min(1 + (A % 4), life.Applied.Count)]);
                break;
            case Kinds.Tick:
                life.Tick();
                break;
            case Kinds.Pass or Kinds.PassMore:
                life.Pass(TimeSpan.FromMilliseconds(Ms));
                break;
            case Kinds.PassToDeadline when Deadlines.Next(life.State) is { } due:
                life.PassUntil(due);
                life.Tick();
                break;
            case Kinds.PassNearDeadline when Deadlines.Next(life.State) is { } due:
                life.PassUntil(due - TimeSpan.FromMilliseconds(1));
                life.Tick();
                break;
            case Kinds.SeeParents:
                life.SeeParents(Parent(A), Parent(Ms));
                break;
        }
    }

    public override string ToString() => $"{Kind}({A},{Ms})";

    private static ProcessStatus Parent(int n) => (n % 7) switch
    {
        0 => ProcessStatus.Running,
        1 => ProcessStatus.Failed,
        2 => ProcessStatus.Cancelled,
        _ => ProcessStatus.Succeeded,
    };
}
