using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client.Transport;

/// <summary>Durations are numbers of seconds; on reading also text with a unit: <c>250ms</c>, <c>1.5s</c>, <c>10m</c>, <c>2h</c>, <c>7d</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => TimeSpan.FromSeconds(reader.GetDouble()),
        JsonTokenType.String => Parse(reader.GetString()!),
        _ => throw new JsonException("A duration is a number of seconds or text like \"250ms\"."),
    };

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);

    private static TimeSpan Parse(string text)
    {
        var number = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        var seconds = text[number.Length..] switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86400,
            _ => throw new JsonException($"'{text}' is not a duration."),
        };
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            ? TimeSpan.FromSeconds(amount * seconds)
            : throw new JsonException($"'{text}' is not a duration.");
    }
}
