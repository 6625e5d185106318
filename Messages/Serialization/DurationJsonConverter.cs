using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Serialization;

/// <summary>Durations are numbers of seconds; on reading also text with a unit: <c>250ms</c>, <c>1.5s</c>, <c>10m</c>, <c>2h</c>, <c>7d</c>.</summary>
public sealed class DurationJsonConverter : JsonConverter<TimeSpan>
{
    /// <summary>The longest duration that is taken: ten years. Longer ones are surely mistakes and would overflow dates.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <inheritdoc />
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var duration = reader.TokenType switch
        {
            JsonTokenType.Number => Seconds(reader.GetDouble()),
            JsonTokenType.String when TryParse(reader.GetString()!, out var parsed) => parsed,
            _ => throw new JsonException("a duration is a number of seconds or text like \"250ms\", \"1.5s\", \"10m\", \"2h\""),
        };
        return duration.Duration() <= Longest ? duration : throw new JsonException("a duration is at most ten years");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteNumberValue(value.TotalSeconds);
    }

    /// <summary>Reads text with or without a unit; without one it is seconds.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        var factor = text[end..] switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86400,
            _ => double.NaN,
        };
        duration = default;
        if (!double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number * factor) || Math.Abs(number * factor) > Longest.TotalSeconds)
        {
            return false;
        }

        duration = Whole(number * factor);
        return true;
    }

    private static TimeSpan Seconds(double seconds) =>
        Math.Abs(seconds) <= Longest.TotalSeconds ? Whole(seconds) : throw new JsonException("a duration is at most ten years");

    // The nearest tick. TimeSpan.FromSeconds cuts off: 1.257 s would lose a tick each time it is read.
    private static TimeSpan Whole(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}
