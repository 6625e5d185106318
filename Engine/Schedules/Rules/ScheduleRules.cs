using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Messages;
using Muster.Messages.Schedules;

namespace Muster.Engine.Schedules.Rules;

/// <summary>What a schedule does, and when. Pure: the same state, command and time give the same.</summary>
internal static class ScheduleRules
{
    /// <summary>The command id of what comes by time.</summary>
    public const string Clock = "clock";

    /// <summary>A slot that is no later than this is on time: a busy moment must not lose one of many that come close together.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromSeconds(2);

    /// <summary>Where missed slots do not run, the last one still does when it is no later than this: longer than another node needs to take over.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    /// <summary>How many slots are looked at that may be on time.</summary>
    private const int Looked = 100;

    /// <summary>Judges a command.</summary>
    /// <param name="state">What the schedule is.</param>
    /// <param name="command">What it is asked to do.</param>
    /// <param name="now">The time.</param>
    /// <param name="free">Whether the work of the slot before is final, or there is none.</param>
    public static ScheduleDecision Decide(ScheduleState state, ScheduleCommand command, DateTimeOffset now, bool free)
    {
        var known = state.Commands.Contains(command.CommandId);
        switch (command)
        {
            case ScheduleCommand.Trigger when known:
                return new ScheduleDecision.IsSo(TriggeredId(command.Schedule, state, command.CommandId));
            case var _ when known:
                return new ScheduleDecision.IsSo();
            case ScheduleCommand.Put c:
                return Put(state, c, now);
            case var _ when state.Spec is null:
                return new ScheduleDecision.Refused(Problem.NotFound, $"There is no schedule {command.Schedule.Id} in namespace {command.Schedule.Namespace}.");
            case ScheduleCommand.Remove:
                return new ScheduleDecision.Happens(new ScheduleEvent.Removed { At = now, CommandId = command.CommandId, By = command.By, Progress = new() });
            case ScheduleCommand.Pause when state.Progress.Paused:
            case ScheduleCommand.Resume when !state.Progress.Paused:
                return new ScheduleDecision.IsSo();
            case ScheduleCommand.Pause:
                return new ScheduleDecision.Happens(new ScheduleEvent.Paused
                {
                    At = now,
                    CommandId = command.CommandId,
                    By = command.By,
                    Progress = state.Progress with { Paused = true, NextSlot = null, NextAt = null },
                });
            case ScheduleCommand.Resume:
                var next = TimetableOf(command.Schedule, state).After(now);
                return new ScheduleDecision.Happens(new ScheduleEvent.Resumed
                {
                    At = now,
                    CommandId = command.CommandId,
                    By = command.By,
                    Progress = state.Progress with { Paused = false, NextSlot = next?.At, NextAt = next?.Due },
                });
            case ScheduleCommand.Trigger c:
                return Trigger(state, c, now, free);
            default:
                return new ScheduleDecision.Refused(Problem.Invalid, "This version does not know that command.");
        }
    }

    /// <summary>What the slots that are due do; null when none is due.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="state">What it is.</param>
    /// <param name="timetable">Its slots.</param>
    /// <param name="now">The time.</param>
    /// <param name="free">Whether the work of the slot before is final, or there is none.</param>
    public static ScheduleEvent.Came? Tick(ScheduleId id, ScheduleState state, Timetable timetable, DateTimeOffset now, bool free)
    {
        var progress = state.Progress;
        if (state.Spec is not { } spec || progress.Paused || progress.NextSlot is not { } from || progress.NextAt > now)
        {
            return null;
        }

        var due = timetable.Due(from, now, Math.Max(Looked, spec.MissedLimit));
        if (due.Count == 0)
        {
            return null;
        }

        var wanted = Wanted(spec, due.Newest, now);
        var room = Math.Max(0, Room(spec, progress, free));
        ImmutableArray<ScheduledRun> runs = [.. wanted.Take(room).Select(slot => new ScheduledRun { Slot = slot.At, Work = SlotId(id, state, slot.At) })];
        var skipped = wanted.Length - runs.Length;
        var missed = due.Count - wanted.Length;
        return new ScheduleEvent.Came
        {
            At = now,
            CommandId = Clock,
            Runs = runs,
            Skipped = skipped,
            Missed = missed,
            Progress = progress with
            {
                NextSlot = due.Next?.At,
                NextAt = due.Next?.Due,
                Queue = progress.Queue.AddRange(runs),
                Skipped = progress.Skipped + skipped,
                Missed = progress.Missed + missed,
            },
        };
    }

    /// <summary>The work of a run is submitted.</summary>
    public static ScheduleEvent.Fired Fired(ScheduleState state, ScheduledRun run, DateTimeOffset now) => new()
    {
        At = now,
        CommandId = Clock,
        Run = run,
        Progress = state.Progress with
        {
            Queue = state.Progress.Queue.RemoveAll(r => r.Work == run.Work),
            LastAt = now,
            LastSlot = run.Slot,
            LastWork = run.Work,
            Fired = state.Progress.Fired + 1,
            Reason = null,
        },
    };

    /// <summary>The work of a run was refused.</summary>
    public static ScheduleEvent.Rejected Rejected(ScheduleState state, ScheduledRun run, string reason, DateTimeOffset now) => new()
    {
        At = now,
        CommandId = Clock,
        Run = run,
        Reason = reason,
        Progress = state.Progress with
        {
            Queue = state.Progress.Queue.RemoveAll(r => r.Work == run.Work),
            Rejected = state.Progress.Rejected + 1,
            Reason = reason,
        },
    };

    /// <summary>The slots of a schedule that exists.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read any more, for instance because its zone is not known here.</exception>
    public static Timetable TimetableOf(ScheduleId id, ScheduleState state) =>
        Timetable.Of(state.Spec!, state.Anchor, id.ToString(), out var fault) ?? throw new InvalidOperationException(fault!.Message);

    private static ScheduleDecision Put(ScheduleState state, ScheduleCommand.Put c, DateTimeOffset now)
    {
        if (state.Spec is not null && !c.Replace)
        {
            return new ScheduleDecision.Refused(Problem.Conflict, $"There is a schedule {c.Schedule.Id} in namespace {c.Schedule.Namespace} already. PUT replaces it.");
        }

        if (Timetable.Of(c.Spec, now, c.Schedule.ToString(), out var fault) is not { } timetable)
        {
            return new ScheduleDecision.Refused(Problem.Invalid, fault!.Message);
        }

        var next = timetable.After(now);
        if (next is null)
        {
            return new ScheduleDecision.Refused(Problem.Invalid, "It would never run: no slot comes after now and before its end.");
        }

        var paused = state.Progress.Paused;
        var created = state.Spec is null ? now : state.CreatedAt;
        return new ScheduleDecision.Happens(new ScheduleEvent.Defined
        {
            At = now,
            CommandId = c.CommandId,
            By = c.By,
            Spec = c.Spec,
            CreatedAt = created,
            CreatedBy = c.By ?? state.CreatedBy,
            Anchor = now,
            Progress = state.Progress with { NextSlot = paused ? null : next.Value.At, NextAt = paused ? null : next.Value.Due },
        });
    }

    private static ScheduleDecision Trigger(ScheduleState state, ScheduleCommand.Trigger c, DateTimeOffset now, bool free)
    {
        if (Room(state.Spec!, state.Progress, free) <= 0)
        {
            return new ScheduleDecision.Refused(
                Problem.Conflict, $"The work before it ({state.Progress.LastWork ?? state.Progress.Queue[0].Work}) is not final, and the overlap policy lets no more run or wait.");
        }

        var run = new ScheduledRun { Slot = now, Work = TriggeredId(c.Schedule, state, c.CommandId), Triggered = true };
        return new ScheduleDecision.Happens(
            new ScheduleEvent.Came { At = now, CommandId = c.CommandId, By = c.By, Runs = [run], Progress = state.Progress with { Queue = state.Progress.Queue.Add(run) } },
            run.Work);
    }

    private static ImmutableArray<Slot> Wanted(ScheduleSpec spec, ImmutableArray<Slot> due, DateTimeOffset now)
    {
        var onTime = due.Count(s => now - s.Due <= OnTime);
        var wanted = spec.Missed switch
        {
            MissedPolicy.All => Math.Max(onTime, spec.MissedLimit),
            MissedPolicy.None => Math.Max(onTime, now - due[^1].Due <= Late ? 1 : 0),
            _ => Math.Max(onTime, 1),
        };
        return due[Math.Max(0, due.Length - wanted)..];
    }

    // How many runs may be added to those that wait.
    private static int Room(ScheduleSpec spec, ScheduleProgress progress, bool free)
    {
        var startsNow = free && progress.Queue.IsEmpty ? 1 : 0;
        return spec.Overlap switch
        {
            OverlapPolicy.Allow => int.MaxValue,
            OverlapPolicy.Queue => startsNow + spec.MaxQueued + (spec.Missed == MissedPolicy.All ? spec.MissedLimit : 0) - progress.Queue.Length,
            _ => startsNow,
        };
    }

    // A schedule that was removed and made anew has other work.
    private static string SlotId(ScheduleId id, ScheduleState state, DateTimeOffset slot) => Hash(id, state, $"slot {slot.ToUnixTimeMilliseconds()}");

    private static string TriggeredId(ScheduleId id, ScheduleState state, string commandId) => Hash(id, state, $"trigger {commandId}");

    private static string Hash(ScheduleId id, ScheduleState state, string what) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"schedule {id} {state.CreatedAt.ToUnixTimeMilliseconds()} {what}"))));
}
