using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>Who submits a process and then does to it what people do: asks again, cancels, retries, moves it in its queue. Repeats everything until it is answered.</summary>
internal sealed class Client(Simulation world, ProcessId id, ProcessSpec spec)
{
    private int _commands;

    /// <summary>Whether the submit was acknowledged.</summary>
    public bool Acknowledged { get; private set; }

    public ProcessId Id => id;

    public void Start(long at) => world.Schedule.After(at, SubmitWhenParentsExist);

    // The gateway refuses a process whose parents do not exist.
    private void SubmitWhenParentsExist()
    {
        if (spec.After.Any(p => world.Table.Find(new ProcessId(id.Namespace, p)) is null))
        {
            world.Schedule.After(500, SubmitWhenParentsExist);
            return;
        }

        Submit(acknowledged: () =>
        {
            Acknowledged = true;
            Plan();
        });
    }

    private void Plan()
    {
        for (var n = world.Random.Next(4); n > 0; n--)
        {
            var what = world.Random.Next(12);
            world.Schedule.After(world.Random.Next(0, 60_000), () => Do(what));
        }
    }

    private void Do(int what)
    {
        if (world.Faults.Healed)
        {
            return;
        }

        switch (what)
        {
            case 0:
                Ask(new ProcessCommand.Cancel { Process = id, CommandId = NextId(), Reason = "Not needed." });
                break;
            case 1 or 2 or 3 or 4:
                Ask(new ProcessCommand.Retry { Process = id, CommandId = NextId(), Reason = "Again." });
                break;
            case 5 or 6 or 7:
                Ask(new ProcessCommand.SetPriority { Process = id, CommandId = NextId(), Priority = world.Random.Next(5) });
                break;
            case 8:
                Ask(new ProcessCommand.SetAttributes { Process = id, CommandId = NextId(), Attributes = ImmutableSortedDictionary<string, string?>.Empty.Add("k", "v") });
                break;
            case 9:
                Ask(new ProcessCommand.Submit { Process = id, CommandId = NextId(), Spec = spec with { Name = "another" }, Fingerprint = "another" });
                break;
            default:
                Submit(() => { });
                break;
        }
    }

    private void Submit(Action acknowledged) => Question.Ask(
        world,
        new ProcessCommand.Submit { Process = id, CommandId = NextId(), Spec = spec, Fingerprint = $"fingerprint of {id.Id}" },
        reply =>
        {
            if (reply is ProcessReply.Refused refused)
            {
                throw new BrokenInvariantException("I1", $"the submit of {id.Id} was refused: {refused.Message}");
            }

            acknowledged();
        },
        static () => true);

    private void Ask(ProcessCommand command) => Question.Ask(world, command, static _ => { }, static () => true);

    private string NextId() => $"client-{id.Id}-{++_commands}";
}
