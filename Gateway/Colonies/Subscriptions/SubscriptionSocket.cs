using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Muster.Persistence.Journal;

namespace Muster.Gateway.Colonies.Subscriptions;

/// <summary>One websocket of a client: each frame from it subscribes to something, and events go to it until the last subscription is over.</summary>
/// <param name="services">What handlers work with.</param>
/// <param name="endpoint">Says who signed a frame.</param>
internal sealed class SubscriptionSocket(ColoniesServices services, ColoniesEndpoint endpoint)
{
    /// <summary>The longest frame that subscribes, in bytes.</summary>
    private const int LongestFrame = 64 << 10;

    /// <summary>The most subscriptions of one connection.</summary>
    private const int MostSubscriptions = 100;

    /// <summary>How long a client gets to answer that the connection is closed.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly List<Task> _running = [];
    private EventSink? _sink;

    /// <summary>Serves a connection until it is over.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.Drain.Stopping);
        using var sink = _sink = new EventSink(socket, stop.Token);
        try
        {
            await ListenAsync(socket, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ColoniesException or StoreUnavailableException)
        {
            // Who is gone, or sends what is no signed envelope, hears nothing more.
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Abort();
        }
    }

    private async Task ListenAsync(WebSocket socket, CancellationTokenSource stop)
    {
        var buffer = new byte[LongestFrame];
        while (true)
        {
            var frame = Read(socket, buffer, stop.Token);
            // The last subscription may end first: then the connection is closed in order.
            while (!frame.IsCompleted && _running.Count > 0)
            {
                var ended = await Task.WhenAny([frame, .. _running]).ConfigureAwait(false);
                if (ended != frame)
                {
                    _running.Remove(ended);
                    if (_running.Count == 0)
                    {
                        await _sink!.CloseAsync().ConfigureAwait(false);
                        // To cut the line at once would take from the client what it has not read yet.
                        await Task.WhenAny(frame, Task.Delay(Farewell, stop.Token)).ConfigureAwait(false);
                        return;
                    }
                }
            }

            if (await frame.ConfigureAwait(false) is not ({ } length, var type))
            {
                await _sink!.CloseAsync().ConfigureAwait(false);
                return;
            }

            var call = await endpoint.OpenAsync(buffer.AsMemory(0, length), SubscriptionMessages.Knows, stop.Token).ConfigureAwait(false);
            if (call is not null)
            {
                if (_running.Count >= MostSubscriptions)
                {
                    throw new ColoniesException(400, $"One connection has at most {MostSubscriptions} subscriptions.");
                }

                _running.Add(SubscriptionMessages.RunAsync(call, _sink!, type));
            }
        }
    }

    // The length of the next frame, null when the other side closes.
    private static async Task<(int? Length, WebSocketMessageType Type)> Read(WebSocket socket, byte[] buffer, CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return (null, part.MessageType);
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return (length, part.MessageType);
            }

            if (length == buffer.Length)
            {
                throw new ColoniesException(400, $"A frame has at most {LongestFrame} bytes.");
            }
        }
    }
}
