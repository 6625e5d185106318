using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Muster.Engine.Feeds;
using Muster.Gateway.Native.Wire;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Sends the transitions after a place to one reader: what has been is read for it in pages, what comes is told by the feed that all readers share.</summary>
/// <param name="services">The store and the feed.</param>
/// <param name="nameSpace">The namespace; null for all.</param>
/// <param name="stream">Where they go.</param>
internal sealed class EventFollower(NativeServices services, string? nameSpace, EventStream stream)
{
    private const int Page = 500;

    private static readonly TimeSpan LookAtConnection = TimeSpan.FromSeconds(5);

    private EventPlace _sent;

    /// <summary>Sends until it is stopped.</summary>
    /// <param name="after">The place.</param>
    /// <param name="stop">Stops it.</param>
    public async Task FollowAsync(long after, CancellationToken stop)
    {
        _sent = await services.Store.Read.PlaceAsync(after, stop).ConfigureAwait(false);
        while (true)
        {
            // Nothing waits in memory for somebody who is far behind.
            while (await PageAsync(stop).ConfigureAwait(false) == Page)
            {
            }

            using var live = await services.Feed.SubscribeAsync(new TransitionFilter { Namespace = nameSpace }, stop).ConfigureAwait(false);
            while (live.Start.IsAfter(_sent) && await PageAsync(stop).ConfigureAwait(false) > 0)
            {
            }

            try
            {
                await LiveAsync(live.Transitions, stop).ConfigureAwait(false);
            }
            catch (SubscriberTooSlowException)
            {
                // A slow connection costs no memory: it is read for in pages again.
            }
        }
    }

    private async Task LiveAsync(ChannelReader<HistoryRow> transitions, CancellationToken stop)
    {
        while (true)
        {
            var more = transitions.WaitToReadAsync(stop).AsTask();
            while (!more.IsCompleted)
            {
                await ((Task)more).WaitAsync(LookAtConnection, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!more.IsCompleted)
                {
                    await stream.KeepAliveAsync(stop).ConfigureAwait(false);
                }
            }

            if (!await more.ConfigureAwait(false))
            {
                return;
            }

            while (transitions.TryRead(out var row))
            {
                await SendAsync(row, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<int> PageAsync(CancellationToken stop)
    {
        var rows = await services.Store.Read.EventsAsync(_sent.Offset, Page, stop).ConfigureAwait(false);
        foreach (var row in rows)
        {
            await SendAsync(row, stop).ConfigureAwait(false);
        }

        return rows.Count;
    }

    // The pages may be ahead of the feed.
    private async Task SendAsync(HistoryRow row, CancellationToken stop)
    {
        if (!row.Place.IsAfter(_sent))
        {
            return;
        }

        _sent = row.Place;
        if (nameSpace is null || nameSpace == row.Process.Namespace)
        {
            var wire = new EventWire(row.Process.Namespace, row.Process.Id, History.Of(row.Event));
            var json = JsonSerializer.Serialize(wire, NativeJson.Default.EventWire);
            await stream.SendAsync("transition", row.Offset.ToString(CultureInfo.InvariantCulture), json, stop).ConfigureAwait(false);
        }
    }
}
