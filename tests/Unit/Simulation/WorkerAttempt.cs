using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>An attempt in the hands of its worker.</summary>
internal sealed class WorkerAttempt(Simulation world, IWorker worker, ProcessSignal.Assignment assignment)
{
    private bool _stopped;
    private bool _ending;
    private int _said;
    private long _answeredAt;

    public AttemptRef Id { get; } = new(assignment.Process, assignment.Attempt);

    public string Key { get; } = $"{assignment.Process.Id}/{assignment.Attempt}";

    public bool IsRunning { get; private set; }

    private TimeSpan Lease => assignment.LeaseUntil is null ? TimeSpan.Zero : assignment.Spec.Limits.Lease;

    public void Start()
    {
        world.Witness.Starts(Id, assignment.Demand);
        IsRunning = true;
        _answeredAt = world.Schedule.Milliseconds;
        world.Schedule.After(world.WorkTime(), Work);
        Beat();
    }

    public void GiveBack(string reason) => End(new ProcessCommand.Release { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"release-{Id.Attempt}", Reason = reason });

    /// <summary>Its worker is gone.</summary>
    public void Stop() => _stopped = true;

    private void Work()
    {
        if (_stopped || _ending)
        {
            return;
        }

        End(world.OutcomeOfWork() switch
        {
            WorkOutcome.Fail => new ProcessCommand.Fail { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"fail-{Id.Attempt}", Error = "It broke." },
            WorkOutcome.FailForGood => new ProcessCommand.Fail { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"fail-{Id.Attempt}", Error = "It is broken.", Retryable = false },
            WorkOutcome.Release => new ProcessCommand.Release { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"release-{Id.Attempt}", Reason = "Drained." },
            _ => new ProcessCommand.Complete
            {
                Process = Id.Process,
                Attempt = Id.Attempt,
                CommandId = $"complete-{Id.Attempt}",
                Result = JsonElement.Parse($"\"{Key}\""),
                ResultHash = $"hash of {Key} by {assignment.Demand}",
            },
        });
    }

    private void End(ProcessCommand.OfAttempt end)
    {
        _ending = true;
        if (IsRunning)
        {
            IsRunning = false;
            worker.Said();
        }

        Question.Ask(world, end, _ => worker.Over(this), () => !_stopped);
    }

    private void Beat()
    {
        if (_stopped || _ending)
        {
            return;
        }

        if (Lease > TimeSpan.Zero && world.Schedule.Milliseconds - _answeredAt > Lease.TotalMilliseconds)
        {
            GiveBack("Its heartbeats were not answered for a whole lease.");
            return;
        }

        var sentAt = world.Schedule.Milliseconds;
        Question.AskOnce(world, Word(), reply => Heard(reply, sentAt), () => !_stopped && !_ending);
        world.Schedule.After(Lease > TimeSpan.Zero ? (long)(Lease / 3).TotalMilliseconds : 5_000, Beat);
    }

    private ProcessCommand.OfAttempt Word() => world.Random.Next(3) == 0
        ? new ProcessCommand.Progress { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"progress-{Id.Attempt}-{++_said}", Fraction = 0.5 }
        : new ProcessCommand.Heartbeat { Process = Id.Process, Attempt = Id.Attempt, CommandId = $"heartbeat-{Id.Attempt}-{++_said}" };

    private void Heard(ProcessReply reply, long sentAt)
    {
        if (reply is ProcessReply.Done { Cancel: false })
        {
            _answeredAt = Math.Max(_answeredAt, sentAt);
            return;
        }

        // The process knows better: it is over.
        _stopped = true;
        IsRunning = false;
        worker.Over(this);
    }
}
