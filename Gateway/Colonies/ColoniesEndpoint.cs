using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Journal;
using Muster.Signatures;

namespace Muster.Gateway.Colonies;

/// <summary>Takes an envelope, answers with one. The order of the checks is that of the wire contract.</summary>
/// <param name="services">What handlers work with.</param>
/// <param name="old">Understands older clients.</param>
/// <param name="log">Hears of what nobody expected.</param>
internal sealed partial class ColoniesEndpoint(ColoniesServices services, OldClients old, ILogger<ColoniesEndpoint> log)
{
    /// <summary>What is given out has it a few levels deeper, and readers commonly stop at 64.</summary>
    private static readonly JsonDocumentOptions Nesting = new() { MaxDepth = Bodies.MaxDepth };

    private readonly MessageTable _messages = MessageTable.Create();

    /// <summary>Answers a request of HTTP.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var (status, reply, undelivered) = await AnswerAsync(http).ConfigureAwait(false);
        http.Response.StatusCode = status;
        // Some clients parse the body themselves, and stumble when their library has done it for them.
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.ContentLength = reply.Length;
        try
        {
            await http.Response.Body.WriteAsync(reply, http.RequestAborted).ConfigureAwait(false);
        }
        catch
        {
            undelivered?.Invoke();
            throw;
        }
    }

    /// <summary>Says who signed an envelope and what he says; for messages that come another way than by HTTP requests.</summary>
    /// <param name="body">The envelope.</param>
    /// <param name="isKnown">Which messages those are.</param>
    /// <param name="cancel">Ends when the caller is gone.</param>
    /// <returns>Null when it is none of those messages.</returns>
    /// <exception cref="ColoniesException">It is refused.</exception>
    public async Task<ColoniesCall?> OpenAsync(ReadOnlyMemory<byte> body, Func<string, bool> isKnown, CancellationToken cancel)
    {
        var on = await ServerAsync(cancel).ConfigureAwait(false);
        var envelope = Envelope.Parse(body);
        var signer = Signer(envelope, on);
        return isKnown(envelope.PayloadType) ? Call(envelope.PayloadType, signer, envelope, cancel) : null;
    }

    private async Task<(int Status, byte[] Reply, Action? Undelivered)> AnswerAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var type = "";
        try
        {
            var on = await ServerAsync(cancel).ConfigureAwait(false);
            var envelope = Envelope.Parse(await ReadAsync(http).ConfigureAwait(false));
            type = envelope.PayloadType;
            var call = Open(envelope, on, cancel);
            var reply = await _messages.Find(call.PayloadType)!(call).ConfigureAwait(false);
            return (200, Envelope.Reply(reply.PayloadType ?? type, old.Reply(reply.Payload, call.Signer)), reply.Undelivered);
        }
        catch (ColoniesException e)
        {
            return Refused(e.Status, e.Message);
        }
        catch (BadRequestException e)
        {
            return Refused(e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return Refused(e.StatusCode, e.StatusCode == 413 ? "The body is too large." : e.Message);
        }
        catch (StoreUnavailableException e)
        {
            return Refused(503, e.Message);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogUnexpected(e, type);
            return Refused(500, "Something unexpected went wrong; the log of this node says what.");
        }
    }

    private static (int Status, byte[] Reply, Action? Undelivered) Refused(int status, string message) => (status, Envelope.Error(status, message), null);

    private ColoniesCall Open(Envelope envelope, bool on, CancellationToken cancel)
    {
        var type = envelope.PayloadType;
        var signer = "";
        if (!_messages.IsUnsigned(type))
        {
            signer = Signer(envelope, on);
            type = old.NameOf(type);
            if (_messages.Find(type) is null)
            {
                throw new ColoniesException(403, $"There is no message '{envelope.PayloadType}'.");
            }
        }

        return Call(type, signer, envelope, cancel);
    }

    private string Signer(Envelope envelope, bool on)
    {
        if (!on)
        {
            throw new ColoniesException(403, "This server has no owner yet: start it with COLONIES_SERVER_ID set to the id of the server owner.");
        }

        return services.Signatures.TryRecoverId(envelope.Payload, envelope.Signature, out var signer)
            ? signer
            : throw new ColoniesException(403, "The signature is not valid: sign the SHA3-256 of the base64 payload with secp256k1, as r, s (low) and recovery id, 130 hex digits.");
    }

    private ColoniesCall Call(string type, string signer, Envelope envelope, CancellationToken cancel)
    {
        foreach (var member in services.Directory.Memberships(signer))
        {
            services.Liveness.Hear(member);
        }

        var json = old.Modern(envelope.PayloadType, Decode(envelope), signer);
        return new ColoniesCall(type, signer, json, services, signer.Length == 0 ? default : SignatureText.KeyOf(envelope.Signature), cancel);
    }

    private static JsonElement Decode(Envelope envelope)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(Convert.FromBase64String(envelope.Payload), Nesting);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new ColoniesException(400, "The payload is not base64 (padded) of a JSON object that is nested at most 60 deep.");
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new ColoniesException(400, "The payload is not a JSON object.");
        }

        if (!UnicodeText.IsWhole(json))
        {
            throw new ColoniesException(400, "The payload is not Unicode: broken UTF-8, or half of a surrogate pair.");
        }

        var said = json.EnumerateObject().FirstOrDefault(p => p.Name.Equals("msgtype", StringComparison.OrdinalIgnoreCase)).Value;
        return said.ValueKind == JsonValueKind.String && said.ValueEquals(envelope.PayloadType)
            ? json
            : throw new ColoniesException(400, $"The payload's msgtype is not '{envelope.PayloadType}', as the envelope says.");
    }

    private async Task<bool> ServerAsync(CancellationToken cancel)
    {
        await services.Directory.RefreshAsync(cancel).ConfigureAwait(false);
        return services.Server.Id is not null;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        using var buffer = new MemoryStream(http.Request.ContentLength is > 0 and < 1 << 20 ? (int)http.Request.ContentLength : 4096);
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted).ConfigureAwait(false);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    [LoggerMessage(1101, LogLevel.Error, "The Colonies message {PayloadType} failed")]
    private partial void LogUnexpected(Exception e, string payloadType);
}
