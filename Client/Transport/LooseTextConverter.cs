using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client.Transport;

/// <summary>Reads a text that an older or newer gateway may send as a flag: false is none, true is the word.</summary>
internal sealed class LooseTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.False or JsonTokenType.Null:
                return null;
            default:
                return JsonElement.ParseValue(ref reader).GetRawText();
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
