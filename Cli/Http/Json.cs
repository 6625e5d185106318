using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Cli.Http;

/// <summary>Reads answers without knowing more of them than is shown, so that a newer gateway may say more.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A field as text; empty when it is not there.</summary>
    public static string Text(this JsonNode? node, string field) => Text((node as JsonObject)?[field]);

    /// <summary>A value as text; empty for none.</summary>
    public static string Text(this JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => Line(node),
    };

    /// <summary>A field as a number; 0 when it is not there.</summary>
    public static double Number(this JsonNode? node, string field) =>
        (node as JsonObject)?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : 0;

    /// <summary>Whether a field is true.</summary>
    public static bool Flag(this JsonNode? node, string field) => (node as JsonObject)?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>The elements of a list; none when it is not there.</summary>
    public static IEnumerable<JsonNode> List(this JsonNode? node, string field = "items") => ((node as JsonObject)?[field] as JsonArray)?.OfType<JsonNode>() ?? [];

    /// <summary>The fields of an object; none when it is not there.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(this JsonNode? node, string field) => (node as JsonObject)?[field] as JsonObject ?? [];

    /// <summary>A field as a time; null when it is none.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, string field) =>
        DateTimeOffset.TryParse(node.Text(field), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>On one line; what could steer a terminal is escaped.</summary>
    public static string Line(JsonNode? node) => Written(node, Plain);

    /// <summary>On many lines.</summary>
    public static string Lines(JsonNode? node) => Written(node, Pretty);

    private static string Written(JsonNode? node, JsonWriterOptions options)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Output.Safe.Json(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }
}
