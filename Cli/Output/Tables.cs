using Spectre.Console;

namespace Muster.Cli.Output;

/// <summary>Tables for terminals. Apart, so that who prints none does not load what draws them.</summary>
internal static class Tables
{
    /// <summary>Draws one; as wide as the terminal at the most.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var colours = Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 } && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var head in heads)
        {
            table.AddColumn(new TableColumn(new Markup(Markup.Escape(head.ToUpperInvariant()), new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => (Spectre.Console.Rendering.IRenderable)new Text(cell)));
        }

        console.Write(table);
    }
}
