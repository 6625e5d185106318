using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A websocket of a client of the Colonies dialect.</summary>
internal sealed class Listener : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private Task<JsonNode?>? _next;

    public static async Task<Listener> ConnectAsync(Uri url)
    {
        var listener = new Listener();
        await listener._socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws" }.Uri, default);
        return listener;
    }

    public Task SendAsync(PrivateKey key, string type, JsonObject message)
    {
        message["msgtype"] = type;
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.ToJsonString()));
        return SendRawAsync(new JsonObject { ["payloadtype"] = type, ["payload"] = payload, ["signature"] = key.Sign(payload) }.ToJsonString());
    }

    public Task SendRawAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    public bool HasSomething() => (_next ??= ReadAsync()).IsCompleted;

    /// <summary>The payload of the next event; null when the connection is over.</summary>
    public Task<JsonNode?> NextAsync()
    {
        var next = _next ?? ReadAsync();
        _next = null;
        return next;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<JsonNode?> ReadAsync()
    {
        var buffer = new byte[1 << 16];
        var length = 0;
        try
        {
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), default);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                return null;
            }
        }
        catch (WebSocketException)
        {
            return null;
        }

        var envelope = JsonNode.Parse(buffer.AsSpan(0, length))!;
        return JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!));
    }
}
