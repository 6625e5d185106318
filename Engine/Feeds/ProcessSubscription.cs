using System.Threading.Channels;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Feeds;

/// <summary>A subscription to transitions of processes, see <see cref="IProcessFeed"/>.</summary>
public sealed class ProcessSubscription : IDisposable
{
    /// <summary>How many transitions may wait for a subscriber before it is cut off.</summary>
    public const int Limit = 1_000;

    private readonly Channel<HistoryRow> _waiting = Channel.CreateBounded<HistoryRow>(new BoundedChannelOptions(Limit) { SingleWriter = true });
    private readonly ProcessFeed _feed;

    internal ProcessSubscription(ProcessFeed feed, TransitionFilter filter)
    {
        _feed = feed;
        Filter = filter;
    }

    /// <summary>Which transitions come.</summary>
    public TransitionFilter Filter { get; }

    /// <summary>All that come are after this place, and none after it is left out.</summary>
    public EventPlace Start { get; internal set; }

    /// <summary>The transitions, in the order of the journal. It ends with <see cref="SubscriberTooSlowException"/> when too many wait: then those that wait come first.</summary>
    public ChannelReader<HistoryRow> Transitions => _waiting.Reader;

    /// <summary>Ends the subscription.</summary>
    public void Dispose()
    {
        _feed.Remove(this);
        _waiting.Writer.TryComplete();
    }

    /// <summary>Hands it a transition; false when it has too many already, and is cut off.</summary>
    internal bool TryTell(HistoryRow row) => _waiting.Writer.TryWrite(row) || !_waiting.Writer.TryComplete(new SubscriberTooSlowException(Limit));

    /// <summary>Ends it for a reason that is not its own.</summary>
    internal void CutOff(Exception reason) => _waiting.Writer.TryComplete(reason);
}
