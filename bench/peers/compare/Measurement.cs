using System.Text.Json;

namespace Muster.Bench.Peers.Compare;

/// <summary>What a contestant says in its last line. Not every scenario measures everything.</summary>
internal sealed record Measurement(double? PerSecond, double? SubmitPerSecond, double? P50Ms, double? P99Ms, int Lost, int Duplicates)
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web);

    /// <summary>Reads it; null when the line is none.</summary>
    public static Measurement? Read(string? line)
    {
        if (line is null || !line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Measurement>(line, Wire);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
