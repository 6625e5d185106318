using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Muster.Client.Transport;

/// <summary>Server-sent events that go on after a lost connection.</summary>
internal static class EventStream
{
    /// <summary>Reads events until the caller has enough; opens the stream again whenever it ends.</summary>
    /// <param name="transport">Opens it.</param>
    /// <param name="call">The request, made anew for each opening so that it can go on after what was seen.</param>
    /// <param name="cancel">Ends it.</param>
    public static async IAsyncEnumerable<StreamEvent> ReadAsync(MusterTransport transport, Func<Call> call, [EnumeratorCancellation] CancellationToken cancel)
    {
        var backoff = new Backoff(transport.Options.RetryDelay, transport.Options.RetryDelayCap);
        var lastId = "";
        while (true)
        {
            var (response, asked) = await OpenAsync(transport, call() with { Accept = "text/event-stream", LastEventId = lastId }, cancel);
            if (response is not null)
            {
                using var opened = response;
                using var silent = new CancellationTokenSource(Timeout.InfiniteTimeSpan, transport.Clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, silent.Token);
                var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancel));
                await using var events = parser.EnumerateAsync(either.Token).GetAsyncEnumerator(either.Token);
                while (true)
                {
                    silent.CancelAfter(transport.Options.StreamSilence);
                    if (!await NextAsync(events, cancel))
                    {
                        // The stream says where it begins before it has an event to tell.
                        lastId = parser.LastEventId.Length > 0 ? parser.LastEventId : lastId;
                        break;
                    }

                    backoff.Reset();
                    lastId = parser.LastEventId;
                    yield return new StreamEvent(events.Current.EventType, events.Current.Data, lastId);
                }

                asked = parser.ReconnectionInterval > TimeSpan.Zero ? parser.ReconnectionInterval : null;
            }

            await Task.Delay(backoff.Next(asked), transport.Clock, cancel);
        }
    }

    private static async Task<(HttpResponseMessage? Response, TimeSpan? RetryAfter)> OpenAsync(MusterTransport transport, Call call, CancellationToken cancel)
    {
        try
        {
            return (await transport.OpenOnceAsync(call, cancel), null);
        }
        catch (MusterUnavailableException away)
        {
            return (null, away.RetryAfter);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken cancel)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception lost) when (lost is IOException or HttpRequestException or SocketException)
        {
            return false;
        }
    }

    /// <summary>One event.</summary>
    /// <param name="Type">Its kind.</param>
    /// <param name="Data">What it says.</param>
    /// <param name="Id">The last id of the stream; empty when it has none.</param>
    internal readonly record struct StreamEvent(string Type, string Data, string Id);
}
