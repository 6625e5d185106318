using Akka.Actor;
using Muster.Gateway.Polls;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>A question for work at the gateway of the core node: its real conduct. Gone with the node.</summary>
internal sealed class Poll : ILongPollSurroundings
{
    private readonly Simulation _world;
    private readonly LongPollConduct _conduct;
    private readonly SimulatedTimers _timers;
    private readonly Action<IReadOnlyList<ProcessSignal.Assignment>> _answer;
    private readonly long _coreLife;
    private bool _left;

    public Poll(Simulation world, LongPollRequest request, Action<IReadOnlyList<ProcessSignal.Assignment>> answer)
    {
        _world = world;
        _answer = answer;
        _coreLife = world.Core.Life;
        _timers = new SimulatedTimers(world.Schedule, Hear);
        Self = new SimulatedRef(request.Demand, m => world.Network.Send(request.Demand, m, () => Hear(m)));
        _conduct = new LongPollConduct(request, this);
        _conduct.Start();
    }

    public IActorRef Self { get; }

    long ILongPollSurroundings.Ticks => _world.Schedule.Now.UtcTicks;

    ITimerScheduler ILongPollSurroundings.Timers => _timers;

    private bool Alive => !_left && _world.Core.IsUp && _world.Core.Life == _coreLife;

    public void CallerGone()
    {
        if (Alive)
        {
            _conduct.CallerGone();
        }
    }

    void ILongPollSurroundings.Say(DispatcherMessage.Demand demand) => _world.Network.Send("dispatcher", demand, () =>
    {
        if (_world.Core.IsUp)
        {
            _world.Core.Dispatcher.Hear(demand);
        }
    });

    void ILongPollSurroundings.Answer(IReadOnlyList<ProcessSignal.Assignment> got) => _answer(got);

    void ILongPollSurroundings.GiveBack(ProcessSignal.Assignment assignment, string why) => _world.Processes.Tell(
        new ProcessCommand.Release { Process = assignment.Process, CommandId = $"late-{assignment.Attempt}", Attempt = assignment.Attempt, Reason = why, Undelivered = true },
        ActorRefs.Nobody);

    void ILongPollSurroundings.Leave()
    {
        _left = true;
        _timers.CancelAll();
    }

    private void Hear(object message)
    {
        if (Alive)
        {
            _world.Trace.Note($"poll {Self.Path.Name} hears", message);
            _conduct.Receive(message);
        }
    }
}
