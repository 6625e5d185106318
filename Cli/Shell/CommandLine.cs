using System.Text;

namespace Muster.Cli.Shell;

/// <summary>A line of the shell: its words, and the file behind <c>&gt;</c>.</summary>
/// <param name="Words">The words.</param>
/// <param name="File">Where the output goes; null for the terminal.</param>
/// <param name="Append">Whether it is added to what the file has.</param>
internal sealed record CommandLine(IReadOnlyList<string> Words, string? File, bool Append)
{
    /// <summary>Reads a line. Quotes, single or double, hold words together; <c>\</c> takes the next character as it is.</summary>
    /// <exception cref="CliException">A quote is not closed, or no file stands behind <c>&gt;</c>.</exception>
    public static CommandLine Parse(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (inWord, redirect, append) = (false, false, false);
        string? file = null;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote is { } open)
            {
                if (c == open)
                {
                    quote = null;
                }
                else if (c == '\\' && open == '"' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
                {
                    word.Append(line[++i]);
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '"' or '\'')
            {
                (quote, inWord) = (c, true);
            }
            else if (c == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
                inWord = true;
            }
            else if (c is ' ' or '\t')
            {
                End();
            }
            else if (c == '>' && !inWord)
            {
                redirect = true;
                append = i + 1 < line.Length && line[i + 1] == '>';
                i += append ? 1 : 0;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (quote is { } left)
        {
            throw new CliException(ExitCode.Usage, $"A quote {left} is not closed.");
        }

        End();
        return redirect && file is null ? throw new CliException(ExitCode.Usage, "Behind > stands a file.") : new CommandLine(words, file, append);

        void End()
        {
            if (!inWord)
            {
                return;
            }

            if (redirect && file is null)
            {
                file = word.ToString();
            }
            else
            {
                words.Add(word.ToString());
            }

            word.Clear();
            inWord = false;
        }
    }
}
