using System.Globalization;
using System.Text;

namespace Muster.Cli.Output;

/// <summary>Text from elsewhere, made harmless: nothing in it can steer a terminal or turn the direction of what stands around it.</summary>
internal static class Safe
{
    /// <summary>On one line; line ends are shown as ⏎.</summary>
    public static string Line(string text) => Clean(text, '\u23ce');

    /// <summary>On as many lines as it has.</summary>
    public static string Lines(string text) => Clean(text, '\n');

    /// <summary>JSON: what is left of such characters in its texts is escaped there; between them there is none but line ends.</summary>
    public static string Json(string json) => json.Any(c => IsUnsafe(c) && c != '\n')
        ? string.Concat(json.Select(c => IsUnsafe(c) && c != '\n' ? $"\\u{(int)c:x4}" : c.ToString()))
        : json;

    private static string Clean(string text, char lineEnd)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n' || (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
            {
                clean.Append(c == '\n' ? lineEnd.ToString() : "");
            }
            else if (c == '\t')
            {
                clean.Append(' ');
            }
            else
            {
                clean.Append(IsUnsafe(c) ? $"\\u{(int)c:x4}" : c.ToString());
            }
        }

        return clean.ToString();
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
