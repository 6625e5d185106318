using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Signatures;

namespace Muster.Workers.Colonies;

/// <summary>Talks to a Colonies server. Safe to use from many threads.</summary>
public sealed class ColoniesClient : IDisposable
{
    /// <summary>How long an answer may take, besides what the server was asked to wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Makes one.</summary>
    /// <param name="server">Where the server is, like <c>http://localhost:50080</c>.</param>
    public ColoniesClient(Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        Server = server;
        _http.BaseAddress = server;
    }

    /// <summary>Where the server is.</summary>
    public Uri Server { get; }

    /// <summary>Sends a message, and gives the payload of its answer.</summary>
    /// <param name="key">Who signs it.</param>
    /// <param name="type">Its type: <c>getprocessmsg</c>.</param>
    /// <param name="members">Its members without <c>msgtype</c>.</param>
    /// <param name="wait">How long the server was asked to wait before it answers.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <exception cref="RefusedException">The server said no.</exception>
    /// <exception cref="UnreachableException">There is no answer.</exception>
    public async Task<JsonNode> SendAsync(PrivateKey key, string type, JsonObject members, TimeSpan wait = default, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(wait + Patience);
        try
        {
            using var content = new StringContent(Envelope(key, type, members), Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri("/api", UriKind.Relative), content, limit.Token).ConfigureAwait(false);
            return Open(response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
        }
        catch (HttpRequestException e)
        {
            throw new UnreachableException($"{Server} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new UnreachableException($"{Server} gave no answer within {(wait + Patience).TotalSeconds} s", e);
        }
    }

    /// <summary>The signed envelope of a message, as websockets take it too.</summary>
    /// <param name="key">Who signs it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="members">Its members without <c>msgtype</c>.</param>
    public static string Envelope(PrivateKey key, string type, JsonObject members)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(members);
        members["msgtype"] = type;
        var payload = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(members));
        return new JsonObject { ["payloadtype"] = type, ["payload"] = payload, ["signature"] = key.Sign(payload) }.ToJsonString();
    }

    /// <summary>Takes the payload out of an envelope of the server.</summary>
    /// <param name="status">The status of HTTP; 200 for a frame of a websocket.</param>
    /// <param name="text">The envelope.</param>
    /// <exception cref="RefusedException">It says no.</exception>
    /// <exception cref="UnreachableException">It is no envelope.</exception>
    internal JsonNode Open(HttpStatusCode status, string text)
    {
        JsonNode? payload;
        bool isError;
        try
        {
            var envelope = JsonNode.Parse(text) as JsonObject ?? throw new FormatException();
            isError = (bool?)envelope["error"] ?? false;
            payload = JsonNode.Parse(Convert.FromBase64String((string?)envelope["payload"] ?? ""));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new UnreachableException($"{Server} answered {(int)status}, and not in the Colonies protocol: {text[..Math.Min(text.Length, 200)].ReplaceLineEndings(" ")}", e);
        }

        if (!isError && status == HttpStatusCode.OK)
        {
            // Empty lists are null on some servers.
            return payload ?? new JsonArray();
        }

        var problem = payload as JsonObject;
        var code = problem?["status"] is JsonValue v && v.TryGetValue<int>(out var said) ? said : (int)status;
        var why = problem?["message"] is JsonValue m && m.TryGetValue<string>(out var words) ? words : "(no reason given)";
        // What stands between may be away for a moment without the server having said anything.
        throw code is 502 or 503 or 504 ? new UnreachableException($"{Server} answered {code}: {why}") : new RefusedException(code, why);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
