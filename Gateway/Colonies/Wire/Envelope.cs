using System.Buffers;
using System.Text.Json;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What carries every message: its type, its JSON in base64, and a signature over the base64.</summary>
/// <param name="PayloadType">The type.</param>
/// <param name="Payload">The base64.</param>
/// <param name="Signature">The signature in hex.</param>
internal sealed record Envelope(string PayloadType = "", string Payload = "", string Signature = "")
{
    /// <summary>Reads one.</summary>
    /// <exception cref="ColoniesException">It is none.</exception>
    public static Envelope Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Envelope>(body.Span, ColoniesJson.Options) ?? throw Wrong();
        }
        catch (JsonException)
        {
            throw Wrong();
        }
    }

    /// <summary>A reply.</summary>
    public static byte[] Reply(string payloadType, object payload) => Write(payloadType, JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), ColoniesJson.Options), error: false);

    /// <summary>A refusal.</summary>
    public static byte[] Error(int status, string message) => Write("error", JsonSerializer.SerializeToUtf8Bytes(new ErrorWire(status, message), ColoniesJson.Options), error: true);

    private static byte[] Write(string payloadType, byte[] payload, bool error)
    {
        var buffer = new ArrayBufferWriter<byte>((payload.Length * 4 / 3) + 128);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("payloadtype", payloadType);
        json.WriteBase64String("payload", payload);
        json.WriteBoolean("error", error);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ColoniesException Wrong() => new(400, "The body is not an envelope: {\"payloadtype\": text, \"payload\": base64, \"signature\": hex}.");

    private sealed record ErrorWire(int Status, string Message);
}
