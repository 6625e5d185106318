using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Workers.SensorBucket;

/// <summary>What is published of a message that could not be processed; the same form as the Python frame's.</summary>
internal static class ErrorDocument
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Writes one.</summary>
    /// <param name="body">The message as it came.</param>
    /// <param name="topic">The name of the worker.</param>
    /// <param name="now">The time.</param>
    /// <param name="why">What went wrong.</param>
    public static byte[] Of(ReadOnlySpan<byte> body, string topic, DateTimeOffset now, string why)
    {
        JsonNode? received = null;
        try
        {
            received = JsonNode.Parse(body, null, Strict) as JsonObject;
        }
        catch (JsonException)
        {
            // It says null then, as for a message that the frame could not read.
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["received_by_worker"] = received,
            ["processing_attempt"] = null,
            ["worker"] = topic,
            ["queue"] = topic,
            ["timestamp"] = now.ToUnixTimeSeconds(),
            ["error"] = why,
        });
    }
}
