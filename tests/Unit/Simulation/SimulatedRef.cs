using Akka.Actor;

namespace Muster.Tests.Unit.Simulation;

/// <summary>An address: what is told to it goes where the simulation says.</summary>
/// <param name="name">Its name.</param>
/// <param name="told">What happens with a message, and who sent it.</param>
internal sealed class SimulatedRef(string name, Action<object, IActorRef> told) : MinimalActorRef
{
    public SimulatedRef(string name, Action<object> told)
        : this(name, (message, _) => told(message))
    {
    }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "simulation")) / name;

    public override IActorRefProvider Provider => throw new NotSupportedException();

    protected override void TellInternal(object message, IActorRef sender) => told(message, sender ?? ActorRefs.Nobody);
}
