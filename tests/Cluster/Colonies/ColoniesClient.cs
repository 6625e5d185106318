using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A client of the Colonies dialect, written from its wire contract.</summary>
/// <param name="http">Where the server is.</param>
internal sealed class ColoniesClient(HttpClient http)
{
    /// <summary>What came back: the status of HTTP, the payload, and the envelope around it.</summary>
    internal sealed record Answer(int Status, JsonNode? Payload, JsonNode Envelope)
    {
        /// <summary>The message of a refusal.</summary>
        public string Error => (string?)(Payload as JsonObject)?["message"] ?? "";
    }

    /// <summary>Sends a message.</summary>
    /// <param name="key">Who signs.</param>
    /// <param name="type">Its type; the msgtype is added.</param>
    /// <param name="members">The members of the message.</param>
    public async Task<Answer> SendAsync(PrivateKey key, string type, JsonObject? members = null)
    {
        var message = members ?? [];
        message["msgtype"] = type;
        return await SendBytesAsync(key, type, Encoding.UTF8.GetBytes(message.ToJsonString()));
    }

    /// <summary>Sends a message that is whatever the bytes are.</summary>
    public Task<Answer> SendBytesAsync(PrivateKey key, string type, byte[] message) => SendPayloadAsync(key, type, Convert.ToBase64String(message));

    /// <summary>Sends a payload as it is, signed.</summary>
    public Task<Answer> SendPayloadAsync(PrivateKey key, string type, string payload) => SendSignedAsync(type, payload, key.Sign(payload));

    /// <summary>Sends a payload with a signature.</summary>
    public Task<Answer> SendSignedAsync(string type, string payload, string? signature) =>
        SendRawAsync(new JsonObject { ["payloadtype"] = type, ["payload"] = payload, ["signature"] = signature }.ToJsonString());

    /// <summary>The envelope of a message.</summary>
    public static string EnvelopeOf(PrivateKey key, string type, JsonObject? members = null)
    {
        var message = members ?? [];
        message["msgtype"] = type;
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.ToJsonString()));
        return new JsonObject { ["payloadtype"] = type, ["payload"] = payload, ["signature"] = key.Sign(payload) }.ToJsonString();
    }

    /// <summary>Sends a message, and gives the payload of its good answer.</summary>
    public async Task<JsonNode> OkAsync(PrivateKey key, string type, JsonObject? members = null)
    {
        var answer = await SendAsync(key, type, members);
        Assert.True(answer.Status == 200, $"{type}: {answer.Status} {answer.Error}");
        return answer.Payload!;
    }

    /// <summary>Sends a message that is refused, and gives the reason.</summary>
    public async Task<string> RefusedAsync(int status, PrivateKey key, string type, JsonObject? members = null)
    {
        var answer = await SendAsync(key, type, members);
        Assert.True(answer.Status == status, $"{type}: {answer.Status} instead of {status}: {answer.Payload?.ToJsonString()}");
        Assert.Equal("error", (string?)answer.Envelope["payloadtype"]);
        Assert.Equal(status, (int)answer.Payload!["status"]!);
        return answer.Error;
    }

    /// <summary>Sends a body as it is.</summary>
    public async Task<Answer> SendRawAsync(string body, string? contentType = null, CancellationToken cancel = default)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        using var response = await http.PostAsync("/api", content, cancel);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var envelope = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel))!;
        Assert.Equal((int)response.StatusCode != 200, (bool)envelope["error"]!);
        return new Answer((int)response.StatusCode, JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!)), envelope);
    }
}
