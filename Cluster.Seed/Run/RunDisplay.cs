using System.Globalization;
using Spectre.Console;

namespace Muster.Seed.Run;

/// <summary>Shows a run: a table that changes in place on a terminal, a plain line for each change otherwise.</summary>
internal abstract class RunDisplay(IReadOnlyList<RunView> views)
{
    private const int NoteWidth = 100;

    protected IReadOnlyList<RunView> Views => views;

    public static RunDisplay Create(IReadOnlyList<RunView> views) => Console.IsOutputRedirected ? new Lines(views) : new Live(views);

    public abstract void Show();

    /// <summary>Prints the results.</summary>
    public virtual void Finish(TimeSpan took)
    {
        var wrong = views.Where(v => !v.AsExpected).ToList();
        var seconds = took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Console.WriteLine(wrong.Count == 0
            ? $"All {views.Count} processes ended as expected in {seconds} s."
            : $"{wrong.Count} of {views.Count} processes did not end as expected: {string.Join(", ", wrong.Select(v => $"{v.Name} is {v.Status}, expected {v.Expect.ToString().ToLowerInvariant()}"))}.");
    }

    private static string Short(string? note) => note is null ? "" : note.Length <= NoteWidth ? note : note[..(NoteWidth - 3)] + "...";

    private sealed class Lines(IReadOnlyList<RunView> views) : RunDisplay(views)
    {
        private readonly Dictionary<string, string> _last = [];

        public override void Show()
        {
            foreach (var view in Views)
            {
                var state = $"{view.Status}{(view.Attempt > 0 ? $" attempt {view.Attempt}" : "")}";
                if (_last.GetValueOrDefault(view.Name) != state)
                {
                    _last[view.Name] = state;
                    Console.WriteLine($"{view.Name,-24} {state,-22} {(view.IsFinal || view.Attempt > 1 ? Short(view.Note) : "")}".TrimEnd());
                }
            }
        }
    }

    private sealed class Live(IReadOnlyList<RunView> views) : RunDisplay(views)
    {
        private int _height;
        private string _last = "";

        public override void Show()
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("process", "state", "attempt", "expected", "note");
            foreach (var view in Views)
            {
                table.AddRow(
                    Markup.Escape(view.Name),
                    $"[{Color(view)}]{view.Status}[/]",
                    view.Attempt == 0 ? "" : view.Attempt.ToString(CultureInfo.InvariantCulture),
                    view.Expect.ToString().ToLowerInvariant(),
                    Markup.Escape(Short(view.Note)));
            }

            var key = string.Join('|', Views.Select(v => $"{v.Status}{v.Attempt}{v.Note}"));
            if (key == _last)
            {
                return;
            }

            _last = key;
            if (_height > 0)
            {
                AnsiConsole.Cursor.MoveUp(_height);
            }

            using var text = new StringWriter(CultureInfo.InvariantCulture);
            AnsiConsole.Write(table);
            var measure = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
            measure.Profile.Width = AnsiConsole.Profile.Width;
            measure.Write(table);
            _height = text.ToString().Count(c => c == '\n');
        }

        private static string Color(RunView view) => view.Status switch
        {
            "running" => "blue",
            "blocked" or "submitted" => "grey",
            _ when view.IsFinal => view.AsExpected ? "green" : "red",
            _ => "default",
        };
    }
}
