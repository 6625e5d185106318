using Muster.Messages;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Feeds;

/// <summary>Who hears of which transitions. Most wait for one process, and are found by its id.</summary>
internal sealed class FeedSubscribers
{
    private readonly Dictionary<ProcessId, List<ProcessSubscription>> _ofOne = [];
    private readonly List<ProcessSubscription> _ofMany = [];
    private int _count;

    /// <summary>Whether there is nobody.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>All of them.</summary>
    public IEnumerable<ProcessSubscription> All => _ofOne.Values.SelectMany(s => s).Concat(_ofMany);

    public void Add(ProcessSubscription subscription)
    {
        _count++;
        if (subscription.Filter.Process is not { } process)
        {
            _ofMany.Add(subscription);
        }
        else if (_ofOne.TryGetValue(process, out var others))
        {
            others.Add(subscription);
        }
        else
        {
            _ofOne.Add(process, [subscription]);
        }
    }

    public void Remove(ProcessSubscription subscription)
    {
        if (subscription.Filter.Process is not { } process)
        {
            _count -= _ofMany.Remove(subscription) ? 1 : 0;
        }
        else if (_ofOne.TryGetValue(process, out var all) && all.Remove(subscription))
        {
            _count--;
            if (all.Count == 0)
            {
                _ofOne.Remove(process);
            }
        }
    }

    /// <summary>Tells a transition to who wants it. Who is too slow leaves.</summary>
    public void Tell(HistoryRow row)
    {
        if (_ofOne.TryGetValue(row.Process, out var waiting))
        {
            Tell(row, waiting);
        }

        Tell(row, _ofMany);
    }

    private void Tell(HistoryRow row, List<ProcessSubscription> subscriptions)
    {
        for (var i = subscriptions.Count - 1; i >= 0; i--)
        {
            if (subscriptions[i].Filter.Matches(row) && !subscriptions[i].TryTell(row))
            {
                Remove(subscriptions[i]);
            }
        }
    }
}
