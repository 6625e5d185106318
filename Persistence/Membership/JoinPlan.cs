namespace Muster.Persistence.Membership;

/// <summary>How a node gets into the cluster.</summary>
/// <param name="Contacts">Nodes that are up, HOST:PORT; none when this node founds the cluster.</param>
/// <param name="Epoch">The cluster's epoch.</param>
public sealed record JoinPlan(IReadOnlyList<string> Contacts, long Epoch)
{
    /// <summary>Whether this node is the first.</summary>
    public bool Founds => Contacts.Count == 0;
}
