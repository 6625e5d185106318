using System.Text;

namespace Muster.Cli.Output;

/// <summary>Tables for terminals: columns beside each other, and in a narrow one cells of several lines. A library that draws tables took as long as all the rest of a call (measured).</summary>
internal static class Tables
{
    private const int Gap = 2;

    private const int Narrowest = 8;

    private const int StandardWidth = 80;

    private const string Bold = "\u001b[1m";

    private const string Plain = "\u001b[0m";

    /// <summary>Draws one; as wide as the terminal at the most, unless there are too many columns for it.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var names = heads.Select(h => h.ToUpperInvariant()).ToList();
        var widths = Widths(names, rows, TerminalWidth());
        var bold = Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 } && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        Row(writer, names, widths, bold);
        foreach (var row in rows)
        {
            Row(writer, row, widths, bold: false);
        }
    }

    /// <summary>How many columns of a terminal a text takes.</summary>
    internal static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>How wide each column becomes.</summary>
    internal static int[] Widths(IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows, int room)
    {
        var widths = heads.Select((h, i) => Math.Max(Width(h), rows.Count == 0 ? 0 : rows.Max(r => Width(r[i])))).ToArray();
        // The widest gives first: ids and states stay whole as long as there is a long reason to break.
        while (widths.Sum() + (Gap * (widths.Length - 1)) > room && widths.Max() > Narrowest)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }

    /// <summary>A cell, broken into lines.</summary>
    internal static List<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + Width(rune) > width)
            {
                lines.Add(line.ToString());
                line.Clear();
                used = 0;
            }

            line.Append(rune.ToString());
            used += Width(rune);
        }

        lines.Add(line.ToString());
        return lines;
    }

    private static void Row(TextWriter writer, IReadOnlyList<string> cells, int[] widths, bool bold)
    {
        var columns = cells.Select((c, i) => Lines(c, widths[i])).ToList();
        for (var l = 0; l < columns.Max(c => c.Count); l++)
        {
            var line = new StringBuilder();
            for (var i = 0; i < columns.Count; i++)
            {
                var part = l < columns[i].Count ? columns[i][l] : "";
                line.Append(part).Append(' ', widths[i] - Width(part) + Gap);
            }

            var text = line.ToString().TrimEnd();
            writer.WriteLine(bold ? $"{Bold}{text}{Plain}" : text);
        }
    }

    private static int TerminalWidth() => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? StandardWidth : Console.WindowWidth;

    // East Asian letters and pictures take two columns.
    private static int Width(Rune rune) => rune.Value switch
    {
        < 0x1100 => 1,
        <= 0x115f or (>= 0x2e80 and <= 0x303e) or (>= 0x3041 and <= 0x33ff) or (>= 0x3400 and <= 0x4dbf) or (>= 0x4e00 and <= 0x9fff) or (>= 0xa000 and <= 0xa4cf)
            or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) => 2,
        _ => 1,
    };
}
