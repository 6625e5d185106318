using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>When a process must act by itself.</summary>
public static class Deadlines
{
    /// <summary>The next time at which a limit fires or a delay ends; null when none does.</summary>
    public static DateTimeOffset? Next(ProcessState state) => state.Status switch
    {
        ProcessStatus.Blocked => Earliest(Earliest(state.Limits.Deadline, WaitUntil(state)), state.ParentsDone ? state.BlockedUntil : null),
        ProcessStatus.Waiting => Earliest(state.Limits.Deadline, WaitUntil(state)),
        ProcessStatus.Running => Earliest(Earliest(state.Limits.Deadline, state.ExecUntil), state.LeaseUntil),
        _ => null,
    };

    /// <summary>When max wait fires; null when it does not run now.</summary>
    public static DateTimeOffset? WaitUntil(ProcessState state)
    {
        if (state.Limits.MaxWait is not { } maxWait)
        {
            return null;
        }

        // What was submitted together waits in an order finer than time is told in; its limits are the same.
        var from = state.Limits.WaitFrom == WaitFrom.Waiting ? state.WaitingSince : state.WaitsFrom;
        return from is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond)) + maxWait : null;
    }

    /// <summary>After an outage every attempt gets time to be heard again: its lease, at most 30 s or half the lease, whichever is longer; workers heartbeat at a third of it.</summary>
    public static ProcessState AfterRecovery(ProcessState state, DateTimeOffset now)
    {
        if (state.Status != ProcessStatus.Running || state.LeaseUntil is not { } until)
        {
            return state;
        }

        var lease = state.Limits.Lease;
        var grace = lease < RecoveryGrace ? lease : lease / 2 > RecoveryGrace ? lease / 2 : RecoveryGrace;
        return state with { LeaseUntil = until > now + grace ? until : now + grace };
    }

    private static readonly TimeSpan RecoveryGrace = TimeSpan.FromSeconds(30);

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;
}
