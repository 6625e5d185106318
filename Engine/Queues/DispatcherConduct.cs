using Akka.Actor;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>What a dispatcher does with each word: holds the demands that were routed to it, and gives each place of them to one queue at a time.</summary>
/// <remarks>Single-threaded, for one actor or one simulation. Knows no actor system and no clock but its surroundings.</remarks>
/// <param name="around">What is around it.</param>
internal sealed class DispatcherConduct(IDispatcherSurroundings around)
{
    /// <summary>A demand that was not said anew for this long is gone; workers say it every 2 s. What was assigned to a worker that is gone is given back, so this is shorter than a short lease.</summary>
    public static readonly TimeSpan Forget = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How long a demand that several queues serve waits to hear from all of them.</summary>
    private static readonly TimeSpan AllHeard = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, DispatcherDemand> _demands = [];

    /// <summary>Called with an attempt that never reached its executor and was given back.</summary>
    public Action<AttemptRef, string> GaveBack { get; init; } = (_, _) => { };

    /// <summary>Called with a demand that was not heard of any more, and its executor.</summary>
    public Action<string, string> Forgot { get; init; } = (_, _) => { };

    /// <summary>Begins.</summary>
    public void Start() => around.Timers.StartPeriodicTimer("look", LookAround.Instance, Look);

    /// <summary>Ends. Who still wants something says so again within 2 s, and another dispatcher hears it.</summary>
    public void End()
    {
        foreach (var demand in _demands.Values.ToList())
        {
            Remove(demand);
        }
    }

    /// <summary>Hears a word.</summary>
    public void Receive(object message)
    {
        switch (message)
        {
            case DispatcherMessage.Demand m:
                Wanted(m);
                break;
            case DispatcherMessage.Report m when _demands.TryGetValue(m.DemandId, out var demand):
                // Until all queues have spoken, the first to speak would get what belongs to a better one.
                if (demand.Reported(m, around.Milliseconds) && !(demand.IsGuessing && around.Timers.IsTimerActive(m.DemandId)))
                {
                    Grant(demand);
                }

                break;
            case Guess m when _demands.TryGetValue(m.DemandId, out var demand):
                Grant(demand);
                break;
            case LookAround:
                foreach (var old in _demands.Values.Where(d => around.Milliseconds - d.SeenAt > Forget.TotalMilliseconds).ToList())
                {
                    Forgot(old.Id, old.Executor);
                    GiveBackLost(old);
                    Remove(old);
                }

                break;
        }
    }

    /// <summary>Who had the demand is gone for good.</summary>
    public void Lost(string demandId)
    {
        if (_demands.TryGetValue(demandId, out var demand))
        {
            GiveBackLost(demand);
            Remove(demand);
        }
    }

    private void Wanted(DispatcherMessage.Demand m)
    {
        if (_demands.TryGetValue(m.DemandId, out var demand))
        {
            if (m.Gone && !demand.IsOf(m.Requester))
            {
                // The same question was asked again; it goes on without the first who asked. What that one got, it took along.
                demand.Took(m.Held);
                return;
            }
        }
        else
        {
            if (m.Gone)
            {
                return;
            }

            _demands[m.DemandId] = demand = new DispatcherDemand(m);
        }

        if (!demand.Update(m, around.Milliseconds))
        {
            return;
        }

        if (!m.Partial)
        {
            GiveBackLost(demand);
        }

        if (m.Gone)
        {
            Remove(demand);
            return;
        }

        Grant(demand);
        if (demand.IsGuessing && !around.Timers.IsTimerActive(m.DemandId))
        {
            around.Timers.StartSingleTimer(m.DemandId, new Guess(m.DemandId), AllHeard);
        }
    }

    private void GiveBackLost(DispatcherDemand demand)
    {
        foreach (var lost in demand.Lost(around.Milliseconds))
        {
            GaveBack(lost, demand.Executor);
            around.Processes.Tell(new ProcessCommand.Release
            {
                Process = lost.Process,
                CommandId = $"lost-{lost.Attempt}",
                Attempt = lost.Attempt,
                Reason = "The assignment never reached its worker.",
                Undelivered = true,
            });
        }
    }

    private void Grant(DispatcherDemand demand)
    {
        foreach (var interest in demand.Grants(around.Self))
        {
            around.Queues.Tell(interest);
        }
    }

    private void Remove(DispatcherDemand demand)
    {
        _demands.Remove(demand.Id);
        around.Timers.Cancel(demand.Id);
        foreach (var interest in demand.Withdrawals(around.Self))
        {
            around.Queues.Tell(interest);
        }
    }

    private sealed record Guess(string DemandId) : INoSerializationVerificationNeeded;

    private sealed class LookAround : INoSerializationVerificationNeeded
    {
        public static readonly LookAround Instance = new();
    }
}
