using Akka.Actor;
using Muster.Engine.Queues;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>One life of the dispatcher: its real conduct.</summary>
internal sealed class DispatcherEntity : IDispatcherSurroundings
{
    private readonly Simulation _world;
    private readonly DispatcherConduct _conduct;
    private readonly SimulatedTimers _timers;

    public DispatcherEntity(Simulation world, long life)
    {
        _world = world;
        _timers = new SimulatedTimers(world.Schedule, Hear);
        Self = new SimulatedRef($"dispatcher-{life}", m => world.Network.Send("dispatcher", m, () => Hear(m)));
        _conduct = new DispatcherConduct(this);
        _conduct.Start();
    }

    public bool Alive { get; private set; } = true;

    public IActorRef Self { get; }

    long IDispatcherSurroundings.Milliseconds => _world.Schedule.Milliseconds;

    ITimerScheduler IDispatcherSurroundings.Timers => _timers;

    IActorRef IDispatcherSurroundings.Processes => _world.Processes.Ref;

    IActorRef IDispatcherSurroundings.Queues => _world.Queues.Ref;

    public void Hear(object message)
    {
        if (!Alive)
        {
            return;
        }

        if (message is DispatcherMessage)
        {
            _world.Trace.Note("dispatcher hears", message);
        }

        _conduct.Receive(message);
    }

    /// <summary>A member of the cluster was removed.</summary>
    public void Lost(string demand)
    {
        if (Alive)
        {
            _conduct.Lost(demand);
        }
    }

    /// <summary>Ends, with a last word or without.</summary>
    public void End(bool quietly)
    {
        if (!quietly)
        {
            _conduct.End();
        }

        Alive = false;
        _timers.CancelAll();
    }
}
