using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies;

/// <summary>Hears of processes as they enter a state. When the connection is over, for whatever reason, it subscribes again after 2 seconds; what happened between is not told.</summary>
/// <param name="member">Who asks.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The log.</param>
public sealed class ColoniesSubscription(ColonyMember member, TimeProvider clock, ILogger log)
{
    private const int Buffer = 64 * 1024;

    private readonly Trouble _trouble = new(log);

    /// <summary>How long it waits before it subscribes again; 2 s.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Every process of an executor type that enters a state. The one who asks must be an executor.</summary>
    /// <param name="executorType">The type.</param>
    /// <param name="state">The state; waiting is also what comes back to the queue.</param>
    /// <param name="seconds">How long the server keeps one subscription, in seconds.</param>
    /// <param name="cancel">Ends it.</param>
    public IAsyncEnumerable<ColoniesProcess> ProcessesAsync(string executorType, ProcessState state, int seconds = 600, CancellationToken cancel = default) =>
        HearAsync("subscribeprocessesmsg", () => new() { ["colonyname"] = member.Colony, ["executortype"] = executorType, ["state"] = (int)state, ["timeout"] = seconds }, cancel);

    /// <summary>One process, each time that it enters a state; at once when it is in it.</summary>
    /// <param name="id">The process.</param>
    /// <param name="state">The state.</param>
    /// <param name="seconds">How long the server keeps one subscription, in seconds.</param>
    /// <param name="cancel">Ends it.</param>
    public IAsyncEnumerable<ColoniesProcess> ProcessAsync(string id, ProcessState state, int seconds = 600, CancellationToken cancel = default) =>
        HearAsync("subscribeprocessmsg", () => new() { ["colonyname"] = member.Colony, ["processid"] = id, ["executortype"] = "", ["state"] = (int)state, ["timeout"] = seconds }, cancel);

    private async IAsyncEnumerable<ColoniesProcess> HearAsync(string type, Func<JsonObject> question, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            using var socket = new ClientWebSocket();
            if (await OpenAsync(socket, type, question(), cancel).ConfigureAwait(false))
            {
                while (await NextAsync(socket, cancel).ConfigureAwait(false) is { } process)
                {
                    yield return process;
                }
            }

            await Task.Delay(Pause, clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task<bool> OpenAsync(ClientWebSocket socket, string type, JsonObject question, CancellationToken cancel)
    {
        var server = member.Client.Server;
        try
        {
            await socket.ConnectAsync(new UriBuilder(server) { Scheme = server.Scheme == "https" ? "wss" : "ws", Path = "/pubsub" }.Uri, cancel).ConfigureAwait(false);
            await socket.SendAsync(Encoding.UTF8.GetBytes(ColoniesClient.Envelope(member.Key, type, question)), WebSocketMessageType.Text, endOfMessage: true, cancel).ConfigureAwait(false);
            _trouble.Over("Subscribed again");
            return true;
        }
        catch (WebSocketException e)
        {
            _trouble.Is($"{server} takes no subscription: {e.Message}. It is tried again every {Pause.TotalSeconds} s");
            return false;
        }
    }

    private async Task<ColoniesProcess?> NextAsync(ClientWebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[Buffer];
        using var frame = new MemoryStream();
        try
        {
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
                await frame.WriteAsync(buffer.AsMemory(0, part.Count), cancel).ConfigureAwait(false);
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            return member.Client.Open(HttpStatusCode.OK, Encoding.UTF8.GetString(frame.ToArray())) is JsonObject process ? new ColoniesProcess(process) : null;
        }
        catch (WebSocketException)
        {
            // Some servers just close the connection at the end of the time-out.
            return null;
        }
        catch (Exception e) when (e is RefusedException or UnreachableException)
        {
            _trouble.Is($"The subscription was refused: {e.Message}. It is tried again every {Pause.TotalSeconds} s");
            return null;
        }
    }
}
