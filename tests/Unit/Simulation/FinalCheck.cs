using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>After all has healed: everything must come to its end, and what is in memory, in the rows and in the journal must be the same.</summary>
internal sealed class FinalCheck(Simulation world, IReadOnlyCollection<Client> clients)
{
    /// <summary>Nothing waits longer than this for a worker that is there.</summary>
    private const int LongestWait = 30_000;

    /// <summary>The longest lease, the longest delay, and a few generations of children one after the other.</summary>
    private const int LongestLife = 240_000;

    /// <summary>So long the sweeps may take to find what was lost.</summary>
    private const int Quiet = 15_000;

    // When a limit held a process back last; only after that it waits for a worker.
    private readonly Dictionary<ProcessId, DateTimeOffset> _heldBack = [];

    public void Run()
    {
        var quietSince = world.Schedule.Milliseconds;
        while (world.Schedule.Milliseconds - quietSince < Quiet)
        {
            world.Schedule.RunUntil(world.Schedule.Milliseconds + 1_000);
            world.Witness.LookForLate();
            LookForWaiting();
            if (world.Table.Rows.Any(r => !r.Status.IsFinal()) || clients.Any(c => !c.Acknowledged))
            {
                quietSince = world.Schedule.Milliseconds;
            }

            Holds("I5", world.Schedule.Milliseconds - world.Witness.HealedAt < LongestLife, () => $"still not final: {string.Join(", ", world.Table.Rows.Where(r => !r.Status.IsFinal()).Select(r => $"{r.Id.Id} {r.Status}"))}");
        }

        foreach (var client in clients)
        {
            Holds("I1", world.Table.Find(client.Id) is not null, () => $"{client.Id.Id} was acknowledged and is not there");
        }

        foreach (var row in world.Table.Rows)
        {
            Check(row);
        }

        CheckCounts();
        foreach (var (id, entity) in world.Processes.Entities.Where(e => e.Value.IsSettled))
        {
            Holds("I12", Same(entity.Conduct.State, Replayed(id)), () => $"{id.Id} in memory is {entity.Conduct.State}, its events say {Replayed(id)}");
        }
    }

    private static bool Same(ProcessState a, ProcessState b) =>
        a.Commands.SequenceEqual(b.Commands) && a.Slots.SequenceEqual(b.Slots)
        && (a with { Commands = [], Slots = [], LeaseUntil = null, Heard = false }) == (b with { Commands = [], Slots = [], LeaseUntil = null, Heard = false });

    private static void Holds(string invariant, bool holds, Func<string> message)
    {
        if (!holds)
        {
            throw new BrokenInvariantException(invariant, message());
        }
    }

    private ProcessState Replayed(ProcessId id) => world.Journal.Events[id].Aggregate(ProcessState.Empty, Evolution.Evolve);

    private void LookForWaiting()
    {
        var healed = Schedule.Start.AddMilliseconds(world.Witness.HealedAt);
        foreach (var life in world.Witness.Lives.Values)
        {
            if (world.Witness.IsHeldBack(life))
            {
                _heldBack[life.Id] = world.Schedule.Now;
            }

            DateTimeOffset?[] since = [life.Waits, healed, _heldBack.TryGetValue(life.Id, out var at) ? at : null];
            Holds("I5", life.Waits is null || world.Schedule.Now - since.Max() <= TimeSpan.FromMilliseconds(LongestWait), () => $"{life.Id.Id} waits since {life.Waits:T}, and workers are there");
        }
    }

    private void Check(TableRow row)
    {
        var state = Replayed(row.Id);
        var life = world.Witness.Lives[row.Id];
        Holds("I12", (row.Status, row.Priority, row.Attempt, row.Counted, row.Cause, row.ResultHash, row.WaitingSince, row.NextDeadline)
            == (state.Status, state.Priority, state.Attempt, state.Counted, state.Cause, state.ResultHash, state.WaitingSince, Deadlines.Next(state)), () => $"the row of {row.Id.Id} and its events differ");
        Holds("I4", world.Witness.StartsOf(row.Id) <= life.LastAttempt, () => $"{row.Id.Id} was started {world.Witness.StartsOf(row.Id)} times in {life.LastAttempt} attempts");
        if (row.Cause is { } cause && !(row.Spec.Limits.Deadline <= world.Schedule.Now))
        {
            // One whose deadline has passed is not reopened with its parent: it would fail at once.
            var parent = world.Table.StatusOf(new ProcessId(row.Id.Namespace, cause));
            Holds("I8", parent is ProcessStatus.Failed or ProcessStatus.Cancelled, () => $"{row.Id.Id} ended because of its parent {cause}, and that one {parent}");
        }
    }

    private void CheckCounts()
    {
        var rows = world.Table.Rows.GroupBy(r => (r.Queue, r.Status)).ToDictionary(g => g.Key, g => g.Count());
        foreach (var (key, count) in world.Table.Counts)
        {
            Holds("I10", rows.GetValueOrDefault(key) == count, () => $"{count} processes are counted as {key}, and {rows.GetValueOrDefault(key)} rows are");
        }

        foreach (var queue in world.Table.Settings.Keys)
        {
            Holds("I9", world.Table.SlotsOf(queue).Count == 0, () => $"places of {queue} are taken, and nothing runs");
        }
    }
}
