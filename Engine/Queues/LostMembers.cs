using Akka.Actor;
using Muster.Messages.Queues;

namespace Muster.Engine.Queues;

/// <summary>Which demands the members of the cluster have, so that it is known what is lost with one. They stay known when nothing is heard of them any more: a member is removed long after it fell silent.</summary>
/// <param name="here">The address of this node, for those who are named without one.</param>
internal sealed class LostMembers(Address here)
{
    private readonly Dictionary<Address, HashSet<string>> _demands = [];

    /// <summary>A demand was said, or withdrawn by who had it.</summary>
    public void Heard(DispatcherMessage.Demand m)
    {
        if (!m.OfMember)
        {
            return;
        }

        var address = m.Requester.Ref.Path.Address is { HasGlobalScope: true } there ? there : here;
        if (!_demands.TryGetValue(address, out var known))
        {
            _demands.Add(address, known = []);
        }

        // What is still held when a demand ends is given back by its worker; when that fails, it is lost with the member.
        if (m.Gone && m.Held.IsEmpty)
        {
            known.Remove(m.DemandId);
        }
        else
        {
            known.Add(m.DemandId);
        }
    }

    /// <summary>A member was removed: its demands.</summary>
    public IReadOnlyCollection<string> Removed(Address member) => _demands.Remove(member, out var known) ? known : [];
}
