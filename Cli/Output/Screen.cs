using System.Text.Json.Nodes;
using Muster.Cli.Http;

namespace Muster.Cli.Output;

/// <summary>Where a verb writes: tables on a terminal, plain lines elsewhere, or JSON.</summary>
/// <param name="writer">Where it goes.</param>
/// <param name="isTerminal">Whether people look at it.</param>
/// <param name="json">Whether JSON is asked for.</param>
internal sealed class Screen(TextWriter writer, bool isTerminal, bool json)
{
    /// <summary>Whether JSON is asked for.</summary>
    public bool Json => json;

    /// <summary>Whether people look at it.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>One line, made harmless.</summary>
    public void Line(string text) => writer.WriteLine(Safe.Line(text));

    /// <summary>Text of several lines, made harmless.</summary>
    public void Text(string text) => writer.WriteLine(Safe.Lines(text));

    /// <summary>JSON for a program, on many lines.</summary>
    public void Object(JsonNode? node) => writer.WriteLine(Http.Json.Lines(node));

    /// <summary>JSON for a program, one object on a line.</summary>
    public void ObjectLine(JsonNode? node)
    {
        writer.WriteLine(Http.Json.Line(node));
        writer.Flush();
    }

    /// <summary>Rows under their heads: a table on a terminal, else the cells of each row with tabs between them.</summary>
    /// <param name="heads">The heads.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="none">What is said on a terminal when there are none.</param>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, string none)
    {
        var all = rows.Select(r => (IReadOnlyList<string>)[.. r.Select(Safe.Line)]).ToList();
        if (!isTerminal)
        {
            foreach (var row in all)
            {
                writer.WriteLine(string.Join('\t', row));
            }
        }
        else if (all.Count == 0)
        {
            writer.WriteLine(none);
        }
        else
        {
            Tables.Write(writer, heads, all);
        }
    }

    /// <summary>Names and values: aligned on a terminal, else with a tab between them. What is empty is left out.</summary>
    public void Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        var shown = pairs.Where(p => p.Value.Length > 0).ToList();
        var width = shown.Count == 0 ? 0 : shown.Max(p => p.Name.Length);
        foreach (var (name, value) in shown)
        {
            writer.WriteLine(isTerminal ? $"{name.PadRight(width)}  {Safe.Line(value)}" : $"{name}\t{Safe.Line(value)}");
        }
    }

    /// <summary>Makes room for what is shown anew.</summary>
    public void Clear()
    {
        if (isTerminal)
        {
            writer.Write("\u001b[H\u001b[2J");
        }
    }

    /// <summary>Everything is out.</summary>
    public void Flush() => writer.Flush();
}
