namespace Muster.Engine.Feeds;

/// <summary>Tells of transitions of processes within milliseconds after they were committed, whichever node committed them.</summary>
/// <remarks>
/// <para>
/// Whoever waits for a state subscribes first and looks at the row then: what was committed before the subscription stands in the row, and what is committed
/// after it is told. In the other order a transition between the two would be lost. Both may show the same transition; <c>UpdatedAt</c> of the row tells which
/// is older, or the subscriber takes whatever shows the state first.
/// </para>
/// <para>
/// All subscribers of a node share one reader of the store. Without any it asks nothing. Transitions come in the order of the journal: those of one process as
/// they happened.
/// </para>
/// </remarks>
public interface IProcessFeed
{
    /// <summary>Subscribes. From the moment that the task ends no transition is missed; a few that were committed shortly before may be told too.</summary>
    /// <param name="filter">Which transitions.</param>
    /// <param name="cancel">Stops the wait for a store that does not answer.</param>
    /// <returns>The subscription, to be disposed by who asked.</returns>
    Task<ProcessSubscription> SubscribeAsync(TransitionFilter filter, CancellationToken cancel = default);
}
