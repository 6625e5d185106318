using Akka.Actor;
using Muster.Messages.Inspection;

namespace Muster.Engine.Inspection;

/// <summary>Asks the inspectors of nodes.</summary>
/// <param name="system">The member that asks.</param>
public sealed class NodeDesk(ActorSystem system)
{
    /// <summary>A node that does not answer within this is said not to.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks one node.</summary>
    /// <param name="address">Its full address.</param>
    /// <param name="question">What.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Its answer; a <see cref="NodeAnswer.Refused"/> also when it does not answer.</returns>
    public async Task<NodeAnswer> AskAsync(string address, NodeQuestion question, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        try
        {
            var inspector = system.ActorSelection(new RootActorPath(Address.Parse(address)) / "user" / NodeInspector.Name);
            return await inspector.Ask<NodeAnswer>(question, Limit, cancel).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return new NodeAnswer.Refused { Why = $"The node {address} does not answer. It may be of an older version, or unreachable; 'cluster show' says which." };
        }
    }

    /// <summary>Asks many nodes at once.</summary>
    /// <returns>Their answers, by address.</returns>
    public async Task<IReadOnlyList<(string Node, NodeAnswer Answer)>> AskAllAsync(IEnumerable<string> addresses, NodeQuestion question, CancellationToken cancel = default) =>
        await Task.WhenAll(addresses.Select(async a => (a, await AskAsync(a, question, cancel).ConfigureAwait(false)))).ConfigureAwait(false);
}
