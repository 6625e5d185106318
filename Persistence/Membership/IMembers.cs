namespace Muster.Persistence.Membership;

/// <summary>The core nodes that write one store. Each has a row there; a node whose row is down writes no more, so two clusters can never write one store.</summary>
public interface IMembers
{
    /// <summary>Ends when this node was found to be down: nothing of it is written any more.</summary>
    CancellationToken Fenced { get; }

    /// <summary>Says how this node gets into the cluster: by nodes that are up, or, when there are none, by founding one, which raises the epoch. From now on this node writes only while it is up.</summary>
    /// <remarks>Nodes that ask at the same moment wait for each other, so only one of them founds.</remarks>
    /// <param name="self">This node.</param>
    /// <param name="gone">Addresses where nobody listens any more, as HOST:PORT; who had them is marked down.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task<JoinPlan> PlanJoinAsync(MemberName self, IReadOnlyCollection<string> gone, CancellationToken cancel = default);

    /// <summary>This node is up in the cluster and may write.</summary>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task UpAsync(CancellationToken cancel = default);

    /// <summary>This node still lives; to be said every few seconds. Learns whether it is down, and lets its clock follow the store's.</summary>
    /// <returns>How far the store's clock is ahead when somebody has set it, which this node's clock does not follow; zero otherwise.</returns>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task<TimeSpan> SeenAsync(CancellationToken cancel = default);

    /// <summary>A node was removed from the cluster: when this ends, nothing of it can be written any more. Who is down himself marks nobody.</summary>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task MarkDownAsync(MemberName member, CancellationToken cancel = default);

    /// <summary>The rows of those that are not down.</summary>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<MemberRow>> ListAsync(CancellationToken cancel = default);

    /// <summary>Takes a lease, or prolongs one's own; false while another holds it, and for a node that is not up.</summary>
    /// <param name="name">Which.</param>
    /// <param name="owner">For whom.</param>
    /// <param name="span">Until when it holds, from now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task<bool> TakeLeaseAsync(string name, string owner, TimeSpan span, CancellationToken cancel = default);

    /// <summary>Gives a lease back; nothing happens when another holds it.</summary>
    /// <exception cref="Journal.StoreUnavailableException">The store does not answer.</exception>
    Task ReleaseLeaseAsync(string name, string owner, CancellationToken cancel = default);
}
