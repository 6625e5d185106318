using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>An observer outside of the system: sees every commit, every answer and every start of work, and says which invariant broke.</summary>
internal sealed class Witness(Simulation world)
{
    // How gateway, queue and dispatcher name what they give back.
    private static readonly string[] GivenBack = ["late-", "left-", "lost-"];

    private readonly Dictionary<ProcessId, WitnessedLife> _lives = [];
    private readonly Dictionary<(ProcessId, string), int> _attemptOf = [];
    private readonly HashSet<AttemptRef> _started = [];
    private readonly Dictionary<string, int> _assigned = [];

    public IReadOnlyDictionary<ProcessId, WitnessedLife> Lives => _lives;

    public long HealedAt { get; private set; }

    /// <summary>Attempts that reached nobody and were given back.</summary>
    public int Undelivered { get; private set; }

    public int StartsOf(ProcessId id) => _started.Count(a => a.Process == id);

    public void Heals() => HealedAt = world.Schedule.Milliseconds;

    /// <summary>Somebody says something to a process.</summary>
    public void Says(IForProcess message)
    {
        if (message is ProcessCommand.OfAttempt said)
        {
            _attemptOf[(said.Process, said.CommandId)] = said.Attempt;
        }
    }

    public void Crashed(ProcessId id)
    {
        if (_lives.TryGetValue(id, out var life))
        {
            life.CrashedAt = world.Schedule.Now;
        }
    }

    /// <summary>An event is about to be committed.</summary>
    public void Commits(ProcessId id, ProcessEvent e)
    {
        if (e is ProcessEvent.Submitted submitted)
        {
            Holds("I1", !_lives.ContainsKey(id), id, "it was submitted twice");
            _lives[id] = new WitnessedLife(id, submitted);
            return;
        }

        var life = _lives[id];
        Holds("I12", e.From == life.Status, id, $"{e.GetType().Name} says it was {e.From}, but it is {life.Status}");
        Holds("I2", !life.Status.IsFinal() || e is ProcessEvent.Reopened or ProcessEvent.AttributesSet, id, $"{e.GetType().Name} after it was final");
        if (e is ProcessEvent.AttemptEnded or ProcessEvent.Succeeded && _attemptOf.TryGetValue((id, e.CommandId), out var meant))
        {
            Holds("I3", life.LiveAttempt == meant, id, $"{e.CommandId}, meant for attempt {meant}, made {e.GetType().Name} while {life.LiveAttempt} was live");
        }

        if (e is ProcessEvent.Reopened or ProcessEvent.PriorityChanged or ProcessEvent.AttributesSet)
        {
            Holds("I2", !life.Remembers(e.CommandId), id, $"{e.CommandId} is applied a second time");
        }

        switch (e)
        {
            case ProcessEvent.Assigned x:
                Holds("I3", life.LiveAttempt is null, id, $"attempt {x.Attempt} was assigned while {life.LiveAttempt} was live");
                Holds("I3", x.Attempt == life.LastAttempt + 1, id, $"attempt {x.Attempt} came after {life.LastAttempt}");
                Holds("I8", life.Spec.After.All(p => _lives[new ProcessId(id.Namespace, p)].EverSucceeded), id, "it starts before its parents succeeded");
                HoldLimits(life, x);
                break;
            case ProcessEvent.AttemptEnded x:
                Undelivered += GivenBack.Any(g => e.CommandId.StartsWith(g, StringComparison.Ordinal)) ? 1 : 0;
                Holds("I3", x.Attempt == life.LiveAttempt, id, $"attempt {x.Attempt} ended while {life.LiveAttempt} was live");
                Holds("I4", x.Counted == Counts(x.Outcome), id, $"{x.Outcome} is {(x.Counted ? "" : "not ")}counted");
                Holds("I4", life.Spec.Limits.MaxRetries < 0 || life.Counted + (x.Counted ? 1 : 0) <= life.Spec.Limits.MaxRetries + 1, id, "more attempts count than its retries allow");
                Holds("I4", !e.CommandId.StartsWith("release", StringComparison.Ordinal) || x.Outcome == AttemptOutcome.Released, id, $"a release ended as {x.Outcome}");
                break;
            case ProcessEvent.Succeeded x:
                Holds("I3", x.Attempt == life.LiveAttempt, id, $"attempt {x.Attempt} completed it while {life.LiveAttempt} was live");
                break;
            case ProcessEvent.Failed { Parent: { } parent }:
                Holds("I8", _lives[new ProcessId(id.Namespace, parent)].EverFailed, id, $"it fails for its parent {parent}, which never did");
                break;
        }

        if (life.EarliestOf(e) is { } earliest)
        {
            Holds("I6", e.At >= earliest, id, $"{Words.Of(e)} fired {(earliest - e.At).TotalMilliseconds} ms early");
        }

        Holds("I6", !IsLate(life), id, $"{Words.Of(e)} at {e.At:T}, and it was due at {life.Due:T}");
        life.Hear(e);
    }

    /// <summary>An event was committed with its row.</summary>
    public void Committed(ProcessId id)
    {
        var life = _lives[id];
        Holds("I10", world.Table.StatusOf(id) == life.Status, id, $"the row says {world.Table.StatusOf(id)}, the events {life.Status}");
    }

    /// <summary>A process was read from the journal, and an attempt that runs has time to be heard again.</summary>
    public void Recovered(ProcessId id)
    {
        if (_lives.TryGetValue(id, out var life) && life.LiveAttempt is not null && life.Spec.Limits.Lease > TimeSpan.Zero)
        {
            life.TellLease(world.Schedule.Now + life.Spec.Limits.Lease);
        }
    }

    /// <summary>A command is answered: what the answer says must be durable now.</summary>
    public void Answers(ProcessCommand c, ProcessReply reply)
    {
        var id = c.Process;
        var life = _lives.GetValueOrDefault(id);
        switch (c, reply)
        {
            case (ProcessCommand.Submit s, ProcessReply.Done):
                Holds("I1", life?.Fingerprint == s.Fingerprint, id, "a submit was acknowledged that is not stored");
                break;
            case (ProcessCommand.Submit s, ProcessReply.Refused { Problem: Problem.Conflict }):
                Holds("I1", life is not null && life.Fingerprint != s.Fingerprint, id, "the same submit was refused");
                break;
            case (ProcessCommand.Heartbeat x, ProcessReply.Done { Cancel: false } done):
                Holds("I3", life?.LiveAttempt == x.Attempt, id, $"{c.CommandId} was granted, but attempt {life?.LiveAttempt} is live");
                life!.TellLease(done.LeaseUntil);
                break;
            case (ProcessCommand.Progress x, ProcessReply.Done { Cancel: false } done):
                // It is answered when the row is written; meanwhile the attempt may have ended.
                Holds("I3", x.Attempt <= life?.LastAttempt, id, $"{c.CommandId} was granted, but attempt {life?.LastAttempt} is the last");
                life!.TellLease(life.LiveAttempt == x.Attempt ? done.LeaseUntil : null);
                break;
            case (ProcessCommand.Complete x, ProcessReply.Done):
                Holds("I2", life?.Completed.GetValueOrDefault(x.Attempt) == x.ResultHash, id, $"attempt {x.Attempt} was told it completed, and that is not stored");
                break;
            case (ProcessCommand.OfAttempt { CommandId: var said } x, ProcessReply.Done { Cancel: false }) when x is ProcessCommand.Fail or ProcessCommand.Release:
                Holds("I3", life?.Commands.Contains(said) == true, id, $"{said} was granted and is not stored");
                break;
            case (ProcessCommand.Complete or ProcessCommand.Fail, ProcessReply.Refused { Problem: not Problem.Busy } refused):
                Holds("I3", life?.LiveAttempt != ((ProcessCommand.OfAttempt)c).Attempt, id, $"the live attempt was refused: {refused.Message}");
                break;
            case (ProcessCommand.Cancel, ProcessReply.Done):
                Holds("I2", life?.Status == ProcessStatus.Cancelled || life?.Commands.Contains(c.CommandId) == true, id, "a cancel was acknowledged that is not stored");
                break;
            case (ProcessCommand.Retry or ProcessCommand.SetAttributes, ProcessReply.Done):
                Holds("I2", life?.Commands.Contains(c.CommandId) == true, id, $"{c.CommandId} was acknowledged and is not stored");
                break;
        }
    }

    /// <summary>A worker starts its work on an attempt.</summary>
    public void Starts(AttemptRef attempt, string demand)
    {
        Holds("I4", _started.Add(attempt), attempt.Process, $"attempt {attempt.Attempt} was started twice, again by {demand}");
        Holds("I3", _lives.GetValueOrDefault(attempt.Process)?.Demands.Contains((attempt.Attempt, demand)) == true, attempt.Process, $"{demand} starts attempt {attempt.Attempt}, which is not its own in the store");
    }

    /// <summary>Whether a limit holds it back, because attempts of others have all places.</summary>
    public bool IsHeldBack(WitnessedLife life) =>
        RunningBeside(life) >= world.Table.Settings[life.Spec.Queue].MaxRunning || (life.Spec.Concurrency is { } rule && RunningWithKeyOf(life) >= rule.Max);

    /// <summary>Nothing may be overdue.</summary>
    public void LookForLate()
    {
        foreach (var life in _lives.Values)
        {
            Holds("I6", !IsLate(life), life.Id, $"it was due at {life.Due:T} and nothing happened");
        }
    }

    private static void Holds(string invariant, bool holds, ProcessId id, FormattableString message) => Holds(invariant, holds, id, FormattableString.Invariant(message));

    private static void Holds(string invariant, bool holds, ProcessId id, string message)
    {
        if (!holds)
        {
            throw new BrokenInvariantException(invariant, $"{id.Id}: {message}");
        }
    }

    private static bool Counts(AttemptOutcome outcome) =>
        outcome is AttemptOutcome.Failed or AttemptOutcome.MaxExec or AttemptOutcome.LeaseLost or AttemptOutcome.WorkerLost;

    private int RunningBeside(WitnessedLife life) => _lives.Values.Count(l => l.LiveAttempt is not null && l.Spec.Queue == life.Spec.Queue);

    private int RunningWithKeyOf(WitnessedLife life) =>
        _lives.Values.Count(l => l.LiveAttempt is not null && l.Spec.Queue == life.Spec.Queue && l.Spec.Concurrency?.Key == life.Spec.Concurrency!.Key);

    private void HoldLimits(WitnessedLife life, ProcessEvent.Assigned e)
    {
        var settings = world.Table.Settings[e.Queue];
        Holds("I9", !(RunningBeside(life) >= settings.MaxRunning), life.Id, $"{RunningBeside(life)} run in its queue already");
        Holds("I9", life.Spec.Concurrency is not { } rule || RunningWithKeyOf(life) < rule.Max, life.Id, "others run with its key already");
        var assigned = _assigned[e.Queue] = _assigned.GetValueOrDefault(e.Queue) + 1;
        if (settings.RatePerSecond is { } rate)
        {
            Holds("I9", assigned <= (world.Schedule.Milliseconds / 1000.0 * rate) + 1, life.Id, $"{assigned} have started in its queue by now");
        }
    }

    // Only after all has healed, and with the time that the clock needs to read what nobody told it.
    private bool IsLate(WitnessedLife life)
    {
        if (!world.Faults.Healed || life.Due is not { } due)
        {
            return false;
        }

        var healed = Schedule.Start.AddMilliseconds(HealedAt);
        var from = due > healed ? due : healed;
        var unclean = life.CrashedAt > life.DueSince || healed < life.DueSince.AddSeconds(60);
        return world.Schedule.Now > from + (unclean ? TimeSpan.FromSeconds(33) : TimeSpan.FromSeconds(3));
    }
}
