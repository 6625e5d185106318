using System.Text;

namespace Muster.Cli.Shell;

/// <summary>Reads a line from a terminal: cursor keys, history, completion by Tab, and the keys of Emacs that shells know.</summary>
/// <param name="history">What was typed before.</param>
/// <param name="complete">The words that may stand where the cursor is, for the line up to there.</param>
internal sealed class LineEditor(History history, Func<string, IReadOnlyList<string>> complete)
{
    private readonly StringBuilder _line = new();
    private string _prompt = "";
    private string _kept = "";
    private int _cursor;
    private int _back;

    /// <summary>Reads one line; null when there is no more, by Ctrl+D.</summary>
    public string? Read(string prompt)
    {
        _prompt = prompt;
        _line.Clear();
        (_cursor, _back, _kept) = (0, 0, "");
        Draw();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    Console.Out.Write("\r\n");
                    return _line.ToString();
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when _line.Length == 0:
                    Console.Out.Write("\r\n");
                    return null;
                case { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }:
                    Console.Out.Write("^C\r\n");
                    return "";
                case { Key: ConsoleKey.Tab }:
                    Complete();
                    break;
                default:
                    Edit(key);
                    break;
            }

            Draw();
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.LeftArrow } or { Key: ConsoleKey.B, Modifiers: ConsoleModifiers.Control }:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case { Key: ConsoleKey.RightArrow } or { Key: ConsoleKey.F, Modifiers: ConsoleModifiers.Control }:
                _cursor = Math.Min(_line.Length, _cursor + 1);
                break;
            case { Key: ConsoleKey.Home } or { Key: ConsoleKey.A, Modifiers: ConsoleModifiers.Control }:
                _cursor = 0;
                break;
            case { Key: ConsoleKey.End } or { Key: ConsoleKey.E, Modifiers: ConsoleModifiers.Control }:
                _cursor = _line.Length;
                break;
            case { Key: ConsoleKey.UpArrow } or { Key: ConsoleKey.P, Modifiers: ConsoleModifiers.Control }:
                Recall(_back + 1);
                break;
            case { Key: ConsoleKey.DownArrow } or { Key: ConsoleKey.N, Modifiers: ConsoleModifiers.Control }:
                Recall(_back - 1);
                break;
            case { Key: ConsoleKey.Backspace } when _cursor > 0:
                _line.Remove(--_cursor, 1);
                break;
            case { Key: ConsoleKey.Delete } or { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when _cursor < _line.Length:
                _line.Remove(_cursor, 1);
                break;
            case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                _line.Remove(0, _cursor);
                _cursor = 0;
                break;
            case { Key: ConsoleKey.K, Modifiers: ConsoleModifiers.Control }:
                _line.Length = _cursor;
                break;
            case { KeyChar: var c } when !char.IsControl(c):
                _line.Insert(_cursor++, c);
                break;
        }
    }

    private void Recall(int back)
    {
        if (back < 0 || back > history.Lines.Count)
        {
            return;
        }

        _kept = _back == 0 ? _line.ToString() : _kept;
        _back = back;
        _line.Clear().Append(back == 0 ? _kept : history.Lines[^back]);
        _cursor = _line.Length;
    }

    private void Complete()
    {
        var before = _line.ToString(0, _cursor);
        var start = before.LastIndexOf(' ') + 1;
        var word = before[start..];
        var found = complete(before).Where(w => w.StartsWith(word, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (found.Count == 0)
        {
            return;
        }

        var common = found.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(p => p.First == p.Second).Count()]);
        if (common.Length > word.Length || found.Count == 1)
        {
            var whole = found.Count == 1 ? $"{common} " : common;
            _line.Remove(start, word.Length).Insert(start, whole);
            _cursor = start + whole.Length;
        }
        else
        {
            Console.Out.Write($"\r\n{string.Join("  ", found)}\r\n");
        }
    }

    // On one row of the terminal: of a longer line the part around the cursor is shown.
    private void Draw()
    {
        var width = Math.Max(20, (Console.WindowWidth > 0 ? Console.WindowWidth : 80) - 1);
        var room = Math.Max(10, width - _prompt.Length);
        var from = Math.Max(0, _cursor - room);
        var shown = _line.ToString(from, Math.Min(room, _line.Length - from));
        var left = _prompt.Length + _cursor - from;
        Console.Out.Write($"\r{_prompt}{shown}\u001b[K\r{(left > 0 ? $"\u001b[{left}C" : "")}");
        Console.Out.Flush();
    }
}
