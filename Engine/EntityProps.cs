using Akka.Actor;

namespace Muster.Engine;

/// <summary>Makes an actor by calling a function: thousands of entities come and go each second, and finding their constructor by reflection each time costs more than they do.</summary>
/// <param name="make">Makes one.</param>
internal sealed class EntityProps<TActor>(Func<TActor> make) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public static Props Of(Func<TActor> make) => Props.CreateBy(new EntityProps<TActor>(make));

    public ActorBase Produce() => make();

    public void Release(ActorBase actor)
    {
    }
}
