using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Muster.Gateway;

/// <summary>Says whether JSON holds text that can be given out again as it was taken in.</summary>
internal static class UnicodeText
{
    /// <summary>Whether all text in it is Unicode: no broken UTF-8, no half of a surrogate pair.</summary>
    public static bool IsWhole(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        return Utf8.IsValid(raw) && !HasHalfPair(raw);
    }

    // The JSON has been parsed, so an escape is whole.
    private static bool HasHalfPair(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            json = json[at..];
            if (json[1] != 'u')
            {
                json = json[2..];
                continue;
            }

            var first = Unit(json);
            json = json[6..];
            if (char.IsHighSurrogate(first) && json is [(byte)'\\', (byte)'u', ..] && char.IsLowSurrogate(Unit(json)))
            {
                json = json[6..];
            }
            else if (char.IsSurrogate(first))
            {
                return true;
            }
        }

        return false;
    }

    private static char Unit(ReadOnlySpan<byte> escape) => (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
