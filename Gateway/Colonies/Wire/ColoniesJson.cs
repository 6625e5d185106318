using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>How messages stand in JSON: names in lower case, read whatever their case; null is the zero of every type; what is not known is ignored.</summary>
internal static class ColoniesJson
{
    /// <summary>The settings.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = new LowerCase(),
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new Loose.Text(), new Loose.Int(), new Loose.Long(), new Loose.Double(), new Loose.Bool(), new Loose.Time() },
    };

    /// <summary>An object as JSON.</summary>
    public static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>An object that was kept as JSON.</summary>
    public static T Of<T>(JsonElement json) => json.Deserialize<T>(Options)!;

    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }
}
